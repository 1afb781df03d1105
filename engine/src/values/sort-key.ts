/**
 * Byte strings whose memcmp order is Convex's order of values: missing < null < int64 < float64 < boolean < string
 * (by UTF-8) < bytes < array < object. Each is self-delimiting, so keys of several fields concatenate.
 */
import type { Json, JsonObject, ScalarTag } from "./json.ts";
import { scalarTag } from "./json.ts";

const END = 0;
const MISSING = 1;
const NULL = 2;
const INT64 = 3;
const FLOAT64 = 4;
const FALSE = 5;
const TRUE = 6;
const STRING = 7;
const BYTES = 8;
const ARRAY = 9;
const OBJECT = 10;
/** Precedes each field of an object, so that an object's end sorts before one more field. */
const FIELD = 1;

/** In strings and bytes END ends, so 0 and 1 are written as ESCAPE and the byte plus one. */
const ESCAPE = 1;

// One buffer for all calls: encoding is synchronous, and only the finished key is copied out.
let buffer = Buffer.allocUnsafe(4096);
let length = 0;

function reserve(bytes: number): void {
  if (length + bytes <= buffer.length) return;
  const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + bytes));
  buffer.copy(larger, 0, 0, length);
  buffer = larger;
}

function putByte(byte: number): void {
  if (length === buffer.length) reserve(1);
  buffer[length++] = byte;
}

/** Escapes what was written from `start`, in place, and ends it. */
function escapeFrom(start: number): void {
  let extra = 0;
  for (let i = start; i < length; i++) if ((buffer[i] as number) <= ESCAPE) extra++;
  reserve(extra + 1);
  if (extra > 0) {
    let to = length + extra;
    for (let from = length - 1; from >= start; from--) {
      const byte = buffer[from] as number;
      if (byte <= ESCAPE) {
        buffer[--to] = byte + 1;
        buffer[--to] = ESCAPE;
      } else buffer[--to] = byte;
    }
    length += extra;
  }
  buffer[length++] = END;
}

function putText(text: string): void {
  const start = length;
  reserve(text.length * 3 + 1);
  length += buffer.write(text, length, "utf8");
  escapeFrom(start);
}

function putBytes(base64: string): void {
  const start = length;
  reserve(base64.length + 1);
  length += buffer.write(base64, length, "base64");
  escapeFrom(start);
}

function putInt64(base64: string): void {
  reserve(9);
  buffer[length] = INT64;
  const written = buffer.write(base64, length + 1, 8, "base64");
  if (written !== 8) throw new Error(`Received ${written} bytes, expected 8 for $integer`);
  buffer.subarray(length + 1, length + 9).reverse();
  buffer[length + 1] = (buffer[length + 1] as number) ^ 0x80;
  length += 9;
}

/** Makes the big-endian IEEE 754 number just written sort by its value: negative ones inverted, others above them. */
function orderFloat(): void {
  buffer[length] = FLOAT64;
  const first = buffer[length + 1] as number;
  if (first & 0x80) for (let i = length + 1; i < length + 9; i++) buffer[i] = ~(buffer[i] as number);
  else buffer[length + 1] = first | 0x80;
  length += 9;
}

function putNumber(value: number): void {
  reserve(9);
  buffer.writeDoubleBE(value, length + 1);
  orderFloat();
}

function putFloatBits(base64: string): void {
  reserve(9);
  const written = buffer.write(base64, length + 1, 8, "base64");
  if (written !== 8) throw new Error(`Received ${written} bytes, expected 8 for $float`);
  buffer.subarray(length + 1, length + 9).reverse();
  orderFloat();
}

function putObject(value: JsonObject): void {
  const tag = scalarTag(value);
  if (tag !== undefined) {
    putScalar(tag, value[tag] as string);
    return;
  }
  putByte(OBJECT);
  for (const key of Object.keys(value).sort()) {
    putByte(FIELD);
    putText(key);
    put(value[key]);
  }
  putByte(END);
}

function putScalar(tag: ScalarTag, content: string): void {
  if (tag === "$integer") putInt64(content);
  else if (tag === "$float") putFloatBits(content);
  else if (tag === "$undefined") putByte(MISSING);
  else if (tag === "$bytes") {
    putByte(BYTES);
    putBytes(content);
  } else {
    // A commit timestamp that is not known yet is later than every known one.
    reserve(9);
    buffer[length] = INT64;
    buffer.fill(0xff, length + 1, length + 9);
    length += 9;
  }
}

function put(value: Json | undefined): void {
  if (typeof value === "string") {
    putByte(STRING);
    putText(value);
  } else if (typeof value === "number") putNumber(value);
  else if (typeof value === "boolean") putByte(value ? TRUE : FALSE);
  else if (value === undefined) putByte(MISSING);
  else if (value === null) putByte(NULL);
  else if (Array.isArray(value)) {
    putByte(ARRAY);
    for (const element of value) put(element);
    putByte(END);
  } else putObject(value);
}

/** The sort key of one value; `undefined` and `{$undefined: null}` are a missing field. */
export function encodeSortKey(value: Json | undefined): Buffer {
  length = 0;
  put(value);
  return Buffer.copyBytesFrom(buffer, 0, length);
}

/** The concatenated sort keys of several values, as an index over several fields wants them. */
export function encodeSortKeys(values: readonly (Json | undefined)[]): Buffer {
  length = 0;
  for (const value of values) put(value);
  return Buffer.copyBytesFrom(buffer, 0, length);
}

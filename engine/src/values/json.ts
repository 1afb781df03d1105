/**
 * The engine's working form of a Convex value: Convex-encoded JSON, the one the `convex` package passes through
 * its syscalls. Int64, bytes, special floats and the commit timestamp are objects with one `$` key; no other object
 * has a key that starts with `$`.
 */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export type ScalarTag = "$integer" | "$float" | "$bytes" | "$commitTs" | "$undefined";

const DOLLAR = 36;

/** The `$` key of an encoded scalar, or undefined for a real object. Looks at the first key only. */
export function scalarTag(object: JsonObject): ScalarTag | undefined {
  for (const key in object) return key.charCodeAt(0) === DOLLAR ? (key as ScalarTag) : undefined;
  return undefined;
}

/** A real object: not null, not an array, not an encoded scalar. */
export function isPlainObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && scalarTag(value) === undefined;
}

/** The int64 of `{$integer}`. */
export function decodeInt64(base64: string): bigint {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length !== 8) throw new Error(`Received ${bytes.length} bytes, expected 8 for $integer`);
  return bytes.readBigInt64LE(0);
}

/** The number of `{$float}`: NaN, an infinity or -0. */
export function decodeFloat(base64: string): number {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length !== 8) throw new Error(`Received ${bytes.length} bytes, expected 8 for $float`);
  return bytes.readDoubleLE(0);
}

export function encodeInt64(value: bigint): JsonObject {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64LE(value);
  return { $integer: bytes.toString("base64") };
}

export function encodeNumber(value: number): Json {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleLE(value);
  return { $float: bytes.toString("base64") };
}

/** Replaces every form of the values in a stream of bytes, wherever its chunks are cut. */
import { Transform } from "node:stream";
import { type Form, formsOf } from "./forms.ts";

const MARK = Buffer.from("***");
/** Forms are looked up by so many of their first bytes. */
const KEY_BYTES = 4;

type Find = number | "undecided";

export class Masker {
  readonly #byKey = new Map<number, Form[]>();
  readonly #tiny: Form[] = [];
  /** Every beginning of a form that is shorter than a key. */
  readonly #beginnings = new Set<string>();
  /** Which two bytes a form may begin with: almost everything that a program prints is passed over by this alone. */
  readonly #pairs = new Uint8Array(256 * 256);

  constructor(values: readonly string[]) {
    for (const form of values.filter((value) => value !== "").flatMap(formsOf)) {
      const { bytes } = form;
      // Behind a form of one byte, anything may stand.
      if (bytes.length === 1) this.#pairs.fill(1, bytes[0]! << 8, (bytes[0]! + 1) << 8);
      else this.#pairs[bytes.readUInt16BE(0)] = 1;
      for (let length = 1; length < KEY_BYTES; length++) this.#beginnings.add(bytes.toString("latin1", 0, length));
      if (bytes.length < KEY_BYTES) this.#tiny.push(form);
      else this.#sharing(bytes.readUInt32BE(0)).push(form);
    }
  }

  #sharing(key: number): Form[] {
    const found = this.#byKey.get(key) ?? [];
    this.#byKey.set(key, found);
    return found;
  }

  stream(): Transform {
    let rest: Buffer = Buffer.alloc(0);
    /** How many bytes at the beginning of `rest` have been replaced already. */
    let covered = 0;
    /** The byte before `rest`. */
    let before = 0;
    const take = (chunk: Buffer, isLast: boolean): Buffer => {
      const text = Buffer.concat([rest, chunk]);
      const out: Buffer[] = [];
      let shownTo = covered;
      let at = 0;
      for (; at < text.length; at++) {
        if (at + 1 < text.length && this.#pairs[(text[at]! << 8) | text[at + 1]!] === 0) continue;
        const length = this.#find(text, at, at === 0 ? before : text[at - 1]!, isLast);
        if (length === "undecided") break;
        if (length === 0) continue;
        if (at >= shownTo) out.push(text.subarray(shownTo, at), MARK);
        shownTo = Math.max(shownTo, at + length);
      }
      if (at > shownTo) out.push(text.subarray(shownTo, at));
      if (at > 0) before = text[at - 1]!;
      covered = Math.max(0, shownTo - at);
      rest = text.subarray(at);
      return Buffer.concat(out);
    };
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => done(null, take(chunk, false)),
      flush: (done) => done(null, take(Buffer.alloc(0), true)),
    });
  }

  /** The length of the longest form here; `undecided` while what follows could still make it one, or a longer one. */
  #find(text: Buffer, at: number, before: number, isLast: boolean): Find {
    const left = text.length - at;
    if (left < KEY_BYTES && !isLast && this.#beginnings.has(text.toString("latin1", at))) return "undecided";
    const sharing = left < KEY_BYTES ? undefined : this.#byKey.get(text.readUInt32BE(at));
    let longest = 0;
    for (const form of sharing ?? []) {
      const length = lengthHere(form, text, at, before, isLast);
      if (length === "undecided") return length;
      longest = Math.max(longest, length);
    }
    for (const form of this.#tiny) {
      const length = lengthHere(form, text, at, before, isLast);
      if (length === "undecided") return length;
      longest = Math.max(longest, length);
    }
    return longest;
  }
}

function lengthHere({ bytes, isWord }: Form, text: Buffer, at: number, before: number, isLast: boolean): Find {
  if (isWord && isWordByte(before)) return 0;
  const there = Math.min(bytes.length, text.length - at);
  if (bytes.compare(text, at, at + there, 0, there) !== 0) return 0;
  if (there < bytes.length) return isLast ? 0 : "undecided";
  if (!isWord) return bytes.length;
  const after = text[at + there];
  if (after === undefined) return isLast ? bytes.length : "undecided";
  return isWordByte(after) ? 0 : bytes.length;
}

const isWordByte = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f;

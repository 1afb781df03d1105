/**
 * Convex's document ids: the table number as a variable-length integer, 16 random bytes and a Fletcher-16 checksum,
 * written in lower-case Crockford base 32 (31 to 37 characters).
 */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const INVALID = 255;
const VALUE_OF = new Uint8Array(128).fill(INVALID);
for (let i = 0; i < ALPHABET.length; i++) VALUE_OF[ALPHABET.charCodeAt(i)] = i;

const INTERNAL_ID_LENGTH = 16;
const CHECKSUM_LENGTH = 2;
const MAX_TABLE_NUMBER_LENGTH = 5;
const MAX_LENGTH = MAX_TABLE_NUMBER_LENGTH + INTERNAL_ID_LENGTH + CHECKSUM_LENGTH;
const MIN_TEXT_LENGTH = 31;
const MAX_TEXT_LENGTH = 37;

export interface DecodedId {
  readonly tableNumber: number;
  readonly internalId: Buffer;
}

/** Fletcher-16 with modulus 256. */
function checksum(bytes: Uint8Array, length: number): number {
  let low = 0;
  let high = 0;
  for (let i = 0; i < length; i++) {
    low = (low + (bytes[i] as number)) & 0xff;
    high = (high + low) & 0xff;
  }
  return (high << 8) | low;
}

// Both are synchronous, so one scratch buffer serves all calls.
const scratch = new Uint8Array(MAX_LENGTH);

export function encodeId(tableNumber: number, internalId: Uint8Array): string {
  let length = 0;
  let rest = tableNumber;
  while (rest > 0x7f) {
    scratch[length++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  scratch[length++] = rest;
  scratch.set(internalId, length);
  length += INTERNAL_ID_LENGTH;
  const sum = checksum(scratch, length);
  scratch[length++] = sum & 0xff;
  scratch[length++] = sum >> 8;

  let text = "";
  let bits = 0;
  let pending = 0;
  for (let i = 0; i < length; i++) {
    pending = (pending << 8) | (scratch[i] as number);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(pending >>> bits) & 31];
    }
    pending &= (1 << bits) - 1;
  }
  if (bits > 0) text += ALPHABET[(pending << (5 - bits)) & 31];
  return text;
}

/** The parts of an id, or null if the text is no id. Every id has exactly one spelling. */
export function decodeId(id: string): DecodedId | null {
  if (id.length < MIN_TEXT_LENGTH || id.length > MAX_TEXT_LENGTH) return null;
  let length = 0;
  let bits = 0;
  let pending = 0;
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i);
    const value = code < 128 ? (VALUE_OF[code] as number) : INVALID;
    if (value === INVALID) return null;
    pending = (pending << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      scratch[length++] = pending >>> bits;
      pending &= (1 << bits) - 1;
    }
  }
  if (pending !== 0 || bits >= 5) return null;

  const start = length - INTERNAL_ID_LENGTH - CHECKSUM_LENGTH;
  if (start < 1 || start > MAX_TABLE_NUMBER_LENGTH) return null;
  let tableNumber = 0;
  for (let i = 0; i < start; i++) {
    const byte = scratch[i] as number;
    const isLast = i === start - 1;
    if (byte > 0x7f === isLast) return null;
    tableNumber += (byte & 0x7f) * 2 ** (7 * i);
  }
  // A zero in front is a second spelling of a shorter number; above 32 bits is no table number.
  if (scratch[start - 1] === 0 || tableNumber > 0xffffffff) return null;

  const end = length - CHECKSUM_LENGTH;
  if (checksum(scratch, end) !== ((scratch[end] as number) | ((scratch[end + 1] as number) << 8))) return null;
  return { tableNumber, internalId: Buffer.copyBytesFrom(scratch, start, INTERNAL_ID_LENGTH) };
}

/** The table number of an id, or null if the text is no id. */
export function tableNumberOf(id: string): number | null {
  return decodeId(id)?.tableNumber ?? null;
}

import { createHmac, timingSafeEqual } from "node:crypto";

const SEPARATOR = ".";
const SEAL_LENGTH = 32;

function seal(secret: Buffer, id: string): string {
  return createHmac("sha256", secret).update(`file:${id}`).digest("hex").slice(0, SEAL_LENGTH);
}

/** What reads a file without asking anybody: the last part of its URL. Its id alone does not, ids may be given away. */
export function keyOfFile(secret: Buffer, id: string): string {
  return `${id}${SEPARATOR}${seal(secret, id)}`;
}

/** The file's id, or null for a key that is not ours. */
export function fileOfKey(secret: Buffer, key: string): string | null {
  const [id = "", given = ""] = key.split(SEPARATOR);
  const expected = Buffer.from(seal(secret, id));
  const actual = Buffer.from(given);
  return actual.length === expected.length && timingSafeEqual(actual, expected) ? id : null;
}

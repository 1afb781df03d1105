/** Values that nobody has seen. In actions only: a mutation's randomness is a seeded generator. */
import type { Infer } from "convex/values";
import type { vGenerator } from "../../tables/secrets.ts";

const DIGITS = "0123456789";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ALPHABETS: Readonly<Record<string, string>> = {
  base62: DIGITS + LETTERS,
  base64url: `${DIGITS}${LETTERS}-_`,
  digits: DIGITS,
  hex: `${DIGITS}abcdef`,
  /** Without quotes, backslash, dollar, backtick and space: files and shells take it as it is. */
  printable: `${DIGITS}${LETTERS}!#%&()*+,-./:;<=>?@[]^_{|}~`,
};

/** 43 characters of base 62 hold 256 bits. */
export const DEFAULT_GENERATOR = { length: 43, alphabet: "base62" };

export function generate({ length, alphabet }: Infer<typeof vGenerator>): string {
  const characters = ALPHABETS[alphabet] ?? ALPHABETS["base62"]!;
  // Bytes beyond the last whole multiple would make some characters likelier.
  const fair = 256 - (256 % characters.length);
  let value = "";
  while (value.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length)))
      if (byte < fair && value.length < length) value += characters[byte % characters.length];
  }
  return value;
}

/**
 * API keys: `moor_<keyId>_<secret><checksum>`, letters and digits only, so that a double click selects one whole.
 * The checksum lets a client, the door and secret scanners tell a mistyped key without asking anyone.
 */

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const KEY_ID_CHARS = 16;
/** 43 characters of base 62 hold 256 bits. */
const SECRET_CHARS = 43;
/** 6 characters of base 62 hold a CRC-32. */
const CHECKSUM_CHARS = 6;
const FORM = new RegExp(
  `^moor_([0-9A-Za-z]{${KEY_ID_CHARS}})_([0-9A-Za-z]{${SECRET_CHARS}})([0-9A-Za-z]{${CHECKSUM_CHARS}})$`,
);

export interface ApiKey {
  keyId: string;
  secret: string;
}

/** A new key from the platform's cryptographic randomness. Never in a Convex query or mutation: theirs is seeded. */
export function createApiKey(): ApiKey & { text: string } {
  const key = { keyId: randomBase62(KEY_ID_CHARS), secret: randomBase62(SECRET_CHARS) };
  return { ...key, text: formatApiKey(key) };
}

export function formatApiKey({ keyId, secret }: ApiKey): string {
  const body = `moor_${keyId}_${secret}`;
  return body + checksum(body);
}

/** The parts of a well-formed key, or undefined for anything else, a mistyped key included. */
export function parseApiKey(text: string): ApiKey | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, keyId, secret, sum] = match as unknown as [string, string, string, string];
  return checksum(`moor_${keyId}_${secret}`) === sum ? { keyId, secret } : undefined;
}

/** HMAC-SHA256(secret, "moorage-v1"), base64url: what the door shows Convex in place of the secret. */
export async function proofOf(secret: string): Promise<string> {
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", bytes.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  return base64url(await crypto.subtle.sign("HMAC", key, bytes.encode("moorage-v1")));
}

/** SHA-256 of the proof's text, in hex: all that Convex keeps of a key's secret. */
export async function proofHashOf(proof: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(proof));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function base64url(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function randomBase62(length: number): string {
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      // 248 is the largest multiple of 62 in a byte: beyond it, some characters would be likelier.
      if (byte < 248 && text.length < length) text += ALPHABET[byte % 62];
    }
  }
  return text;
}

function checksum(text: string): string {
  let value = crc32(text);
  let sum = "";
  for (let i = 0; i < CHECKSUM_CHARS; i++) {
    sum = ALPHABET[value % 62] + sum;
    value = Math.floor(value / 62);
  }
  return sum;
}

/** CRC-32 as in ISO 3309; the text is ASCII. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

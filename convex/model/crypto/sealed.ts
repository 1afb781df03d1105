/**
 * Values at rest: flattened JWE, `dir` with A256GCM. Where a value belongs is its additional authenticated data, which is
 * never stored: the reader recomputes it from the row it asked for, so a ciphertext that was moved does not open.
 * In actions only: the IV needs real randomness.
 */
import { AppError } from "@moorage/shared/errors";
import type { Infer } from "convex/values";
import { base64url, decodeProtectedHeader, FlattenedEncrypt, flattenedDecrypt } from "jose";
import type { vSealed } from "../../tables/secrets.ts";

export type Sealed = Infer<typeof vSealed>;

export interface SealingKey {
  readonly kid: string;
  readonly key: Uint8Array | CryptoKey;
}

const ALG = "dir";
const ENC = "A256GCM";

export async function seal({ kid, key }: SealingKey, value: Uint8Array, place: readonly string[]): Promise<Sealed> {
  const jwe = await new FlattenedEncrypt(value)
    .setProtectedHeader({ alg: ALG, enc: ENC, kid })
    .setAdditionalAuthenticatedData(lengthPrefixed(place))
    .encrypt(key);
  return { protected: jwe.protected!, iv: jwe.iv!, ciphertext: jwe.ciphertext, tag: jwe.tag! };
}

/** The value, or `secret_unreadable` for anything that is not exactly what was sealed at this place. */
export async function open(
  { kid, key }: SealingKey,
  sealed: Sealed,
  place: readonly string[],
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if (decodeProtectedHeader(sealed).kid !== kid) throw new Error("another key");
    const { plaintext } = await flattenedDecrypt({ ...sealed, aad: base64url.encode(lengthPrefixed(place)) }, key, {
      keyManagementAlgorithms: [ALG],
      contentEncryptionAlgorithms: [ENC],
    });
    return new Uint8Array(plaintext);
  } catch {
    // The library's reasons tell an attacker more than a user.
    throw new AppError("secret_unreadable");
  }
}

/** A key that is used many times is imported once. */
export async function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Each part after its length: no two lists of parts give the same bytes. */
function lengthPrefixed(parts: readonly string[]): Uint8Array {
  const encoded = parts.map((part) => new TextEncoder().encode(part));
  const bytes = new Uint8Array(encoded.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of encoded) {
    view.setUint32(at, part.length);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytes;
}

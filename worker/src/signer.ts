import { importJWK, SignJWT } from "jose";
import type { Settings } from "./env.ts";

export const TOKEN_TTL_MS = 5 * 60_000;

export interface Claims {
  keyId: string;
  proof: string;
  /** The caller's network address; where it is not known there is no claim, and a key bound to networks is refused. */
  address: string | undefined;
}

export type Sign = (claims: Claims, at: number) => Promise<string>;

/** Signs what Convex knows the door by: a JWT of five minutes that carries the proof of the caller's key. */
export function createSigner({ signingKey, issuer, audience }: Settings): Sign {
  const { kid } = signingKey;
  // The imported key is kept, not the promise of it: a Worker must not await what another request began.
  let key: Awaited<ReturnType<typeof importJWK>> | undefined;
  return async ({ keyId, proof, address }, at) => {
    key ??= await importJWK(signingKey, "ES256");
    const seconds = Math.floor(at / 1000);
    return await new SignJWT({ proof, ...(address === undefined ? {} : { ip: address }) })
      .setProtectedHeader({ alg: "ES256", typ: "JWT", kid })
      .setSubject(keyId)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + TOKEN_TTL_MS / 1000)
      .sign(key);
  };
}

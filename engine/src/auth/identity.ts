import type { JWTPayload } from "jose";
import type { Json } from "../values/json.ts";

/** What `ctx.auth.getUserIdentity()` gives, as JSON. */
export interface IdentityJson {
  tokenIdentifier: string;
  subject: string;
  issuer: string;
  [claim: string]: Json;
}

// Registered claims describe the token, not its user; `fva` (Clerk) changes with every token.
const NOT_CLAIMS = new Set(["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "fva"]);

function flatten(name: string, value: unknown, into: Map<string, Json>): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    into.set(name, value as Json);
    return;
  }
  for (const [key, inner] of Object.entries(value)) flatten(`${name}.${key}`, inner, into);
}

/** Every claim under its own name, nested ones as `outer.inner`; no claim can stand in for the verified fields. */
export function identityOf(claims: JWTPayload & { iss: string; sub: string }): IdentityJson {
  const flat = new Map<string, Json>();
  for (const [name, value] of Object.entries(claims)) if (!NOT_CLAIMS.has(name)) flatten(name, value, flat);
  return {
    ...Object.fromEntries(flat),
    tokenIdentifier: `${claims.iss}|${claims.sub}`,
    subject: claims.sub,
    issuer: claims.iss,
  };
}

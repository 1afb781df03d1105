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

/** What Convex calls the claims that OpenID Connect defines. */
const OIDC_NAMES = new Map([
  ["name", "name"],
  ["given_name", "givenName"],
  ["family_name", "familyName"],
  ["nickname", "nickname"],
  ["preferred_username", "preferredUsername"],
  ["profile", "profileUrl"],
  ["picture", "pictureUrl"],
  ["website", "websiteUrl"],
  ["email", "email"],
  ["email_verified", "emailVerified"],
  ["gender", "gender"],
  ["birthdate", "birthday"],
  ["zoneinfo", "timezone"],
  ["locale", "language"],
  ["phone_number", "phoneNumber"],
  ["phone_number_verified", "phoneNumberVerified"],
]);
const NOT_OIDC_CLAIMS = new Set(["middle_name", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash"]);

function renamed(name: string, value: unknown): [string, unknown] {
  if (name === "address") return [name, (value as { formatted?: unknown } | null)?.formatted];
  if (name === "updated_at" && typeof value === "number") return ["updatedAt", new Date(value * 1000).toISOString()];
  return [OIDC_NAMES.get(name) ?? name, value];
}

/** Of an OpenID Connect token: the claims that it defines under Convex's names for them, others under their own. */
export function oidcIdentityOf(claims: JWTPayload & { iss: string; sub: string }): IdentityJson {
  const kept = Object.entries(claims).filter(([name]) => !NOT_OIDC_CLAIMS.has(name));
  const named = kept.map(([name, value]) => renamed(name, value)).filter(([, value]) => value !== undefined);
  return identityOf({ ...Object.fromEntries(named), iss: claims.iss, sub: claims.sub });
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

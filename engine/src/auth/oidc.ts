/** OpenID Connect providers: their keys are where the configuration that they publish says. */
import type { JWTVerifyGetKey } from "jose";
import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import { AuthenticationError } from "./authentication-error.ts";
import { type IdentityJson, oidcIdentityOf } from "./identity.ts";
import { audiences, type OidcProvider } from "./providers.ts";

const ALGORITHMS = ["RS256", "EdDSA"];
const PATIENCE_MS = 5_000;

export interface Verified {
  readonly identity: IdentityJson;
  /** Seconds. */
  readonly expiresAt: number;
}

/** Verifies a token of the provider with this issuer, as the token spells it. */
export type OidcVerifier = (token: string, provider: OidcProvider, issuer: string) => Promise<Verified>;

function discoveryFailed(issuer: string, why: string, cause?: unknown): AuthenticationError {
  const message = `Auth provider discovery of ${issuer} failed${why}`;
  return new AuthenticationError("AuthProviderDiscoveryFailed", message, { cause });
}

async function discover(issuer: string, fetch: typeof globalThis.fetch): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  let published: { issuer?: unknown; jwks_uri?: unknown };
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(url, { headers: { accept: "application/json" }, redirect: "manual", signal });
    if (response.status !== 200) throw discoveryFailed(issuer, `: ${response.status}`);
    published = (await response.json()) as typeof published;
  } catch (cause) {
    throw cause instanceof AuthenticationError ? cause : discoveryFailed(issuer, "", cause);
  }
  if (published.issuer !== issuer || typeof published.jwks_uri !== "string" || !URL.canParse(published.jwks_uri)) {
    throw discoveryFailed(issuer, ": its configuration names another issuer, or no keys");
  }
  return createRemoteJWKSet(new URL(published.jwks_uri), { [customFetch]: fetch });
}

async function verify(token: string, keys: JWTVerifyGetKey, { applicationID }: OidcProvider, issuer: string) {
  const requiredClaims = ["exp", "iat", "sub"];
  const options = { algorithms: ALGORITHMS, issuer, audience: applicationID, requiredClaims };
  const { payload } = await jwtVerify(token, keys, options);
  // As in Convex, a token that is for others, too, is none of ours.
  if (audiences(payload).some((audience) => audience !== applicationID)) throw new Error("unknown audience");
  return payload as typeof payload & { sub: string; exp: number };
}

/** Each provider is asked for its configuration once; its keys are fetched when needed and kept for a while. */
export function createOidcVerifier(fetch: typeof globalThis.fetch): OidcVerifier {
  const sources = new Map<string, Promise<JWTVerifyGetKey>>();

  function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    let source = sources.get(issuer);
    if (source === undefined) {
      source = discover(issuer, fetch);
      sources.set(issuer, source);
      source.catch(() => sources.delete(issuer));
    }
    return source;
  }

  return async (token, provider, issuer) => {
    const keys = await keysOf(issuer);
    try {
      const claims = await verify(token, keys, provider, issuer);
      return { identity: oidcIdentityOf({ ...claims, iss: issuer }), expiresAt: claims.exp };
    } catch (cause) {
      throw new AuthenticationError(
        "Unauthenticated",
        "Could not verify OIDC token claim. Check that the token signature is valid and the token hasn't expired.",
        { cause },
      );
    }
  };
}

import type { AuthConfig } from "convex/server";
import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { compactVerify, decodeJwt, decodeProtectedHeader } from "jose";
import { AuthenticationError } from "./authentication-error.ts";
import type { IdentityJson } from "./identity.ts";
import { identityOf } from "./identity.ts";
import { createKeySource } from "./key-source.ts";
import { createOidcVerifier, type OidcVerifier, type Verified } from "./oidc.ts";
import type { CustomJwtProvider, Provider } from "./providers.ts";
import { describeProviders, matchingProvider, readProviders } from "./providers.ts";

const CLOCK_TOLERANCE_SECONDS = 5;
const MAX_CACHED_TOKENS = 1000;

/** The identity a token proves. Rejects with an AuthenticationError when it proves none. */
export type Authenticator = (token: string) => Promise<IdentityJson>;

export interface AuthenticatorOptions {
  /** Fetches JWKS; default: the global one. */
  readonly fetch?: typeof globalThis.fetch;
}

const invalid = (message: string, cause?: unknown): AuthenticationError =>
  new AuthenticationError("InvalidAuthHeader", message, { cause });

const now = (): number => Date.now() / 1000;

function readUnverified(token: string): { claims: JWTPayload; kid: string | undefined } {
  try {
    return { claims: decodeJwt(token), kid: decodeProtectedHeader(token).kid };
  } catch (cause) {
    throw invalid(
      "Could not parse JWT payload. Check that the token is a valid JWT format with three base64-encoded parts separated by dots.",
      cause,
    );
  }
}

function findProvider(providers: readonly Provider[], claims: JWTPayload): Provider {
  if (typeof claims.iss !== "string") {
    throw invalid(
      "Missing issuer claim ('iss') in JWT payload. The JWT must include an 'iss' claim that matches one of your configured auth providers.",
    );
  }
  const provider = matchingProvider(providers, claims);
  if (provider === undefined) {
    const sentence = "No auth provider found matching the given token";
    throw new AuthenticationError(
      "NoAuthProvider",
      providers.length === 0
        ? `${sentence} (no providers configured). Check convex/auth.config.ts.`
        : `${sentence}. Check that your JWT's issuer and audience match one of your configured providers: ${describeProviders(providers)}`,
    );
  }
  return provider;
}

function checkTimes(claims: JWTPayload): void {
  const time = now();
  const fail = (why: string): never => {
    throw invalid(`Could not validate token: ${why}`);
  };
  if (typeof claims.exp !== "number") throw invalid("Missing expiry ('exp') in JWT payload.");
  if (claims.exp < time - CLOCK_TOLERANCE_SECONDS) fail("Token expired");
  if (claims.nbf !== undefined && claims.nbf > time + CLOCK_TOLERANCE_SECONDS) fail("Token not yet valid");
  if (claims.iat !== undefined && claims.iat > time + CLOCK_TOLERANCE_SECONDS) fail("Token issued in the future");
}

async function verify(
  token: string,
  providers: readonly Provider[],
  keysOf: (provider: CustomJwtProvider) => JWTVerifyGetKey,
  verifyOidc: OidcVerifier,
): Promise<Verified> {
  const { claims, kid } = readUnverified(token);
  const provider = findProvider(providers, claims);
  if (provider.type === "oidc") {
    const verified = await verifyOidc(token, provider, claims.iss as string);
    // These are not good for a moment longer.
    return { ...verified, expiresAt: verified.expiresAt - CLOCK_TOLERANCE_SECONDS };
  }
  if (kid === undefined) throw invalid("Could not decode token. JWT may be missing a 'kid' (key ID) header.");
  try {
    await compactVerify(token, keysOf(provider), { algorithms: [provider.algorithm] });
  } catch (cause) {
    if (cause instanceof AuthenticationError) throw cause;
    throw invalid(
      `Could not decode token. The JWT's 'kid' (key ID) header is '${kid}', does this key match any key in the provider's JWKS?`,
      cause,
    );
  }
  // From here on the claims are the provider's own: the signature covers the very text they were read from.
  checkTimes(claims);
  const { iss, sub, exp } = claims;
  if (typeof sub !== "string") throw invalid("Missing subject ('sub') in JWT payload.");
  return { identity: identityOf({ ...claims, iss: iss as string, sub }), expiresAt: exp as number };
}

/**
 * Verifies tokens of the providers in `auth.config`. A verified token is remembered until it expires, so a key taken
 * out of a JWKS ends new tokens at once and old ones at their expiry.
 */
export function createAuthenticator(config: AuthConfig | undefined, options: AuthenticatorOptions = {}): Authenticator {
  const providers = readProviders(config);
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const keySources = new Map(
    providers
      .filter((provider) => provider.type === "customJwt")
      .map((provider) => [provider, createKeySource(provider.jwks, fetch)] as const),
  );
  const keysOf = (provider: CustomJwtProvider) => keySources.get(provider) as JWTVerifyGetKey;
  const verifyOidc = createOidcVerifier(fetch);
  const cache = new Map<string, Verified>();

  return async (token) => {
    const known = cache.get(token);
    cache.delete(token);
    const usable = known !== undefined && known.expiresAt >= now() - CLOCK_TOLERANCE_SECONDS;
    const verified = usable ? known : await verify(token, providers, keysOf, verifyOidc);
    // Most recently used last, so the first one is the one to forget.
    cache.set(token, verified);
    if (cache.size > MAX_CACHED_TOKENS) cache.delete(cache.keys().next().value as string);
    return verified.identity;
  };
}

import type { AuthConfig } from "convex/server";
import type { JWTPayload } from "jose";

export type Algorithm = "RS256" | "ES256";

export interface CustomJwtProvider {
  readonly type: "customJwt";
  readonly applicationID: string | undefined;
  readonly issuer: string;
  readonly jwks: string;
  readonly algorithm: Algorithm;
}

export interface OidcProvider {
  readonly type: "oidc";
  readonly applicationID: string;
  readonly issuer: string;
}

export type Provider = CustomJwtProvider | OidcProvider;

const withScheme = (issuer: string): string => (/^https?:\/\//.test(issuer) ? issuer : `https://${issuer}`);
const withoutSlash = (issuer: string): string => issuer.replace(/\/+$/, "");

/** Issuers are the same with or without `https://` in a token and with or without a slash at the end. */
export function isSameIssuer(configured: string, claimed: string): boolean {
  return withoutSlash(withScheme(configured)) === withoutSlash(withScheme(claimed));
}

export function audiences(claims: JWTPayload): string[] {
  return claims.aud === undefined ? [] : [claims.aud].flat();
}

function readProvider(provider: AuthConfig["providers"][number]): Provider {
  if (!("type" in provider)) {
    return { type: "oidc", applicationID: provider.applicationID, issuer: provider.domain };
  }
  const { type, issuer, jwks, algorithm, applicationID } = provider;
  if (type !== "customJwt") throw new Error(`Unknown auth provider type "${String(type)}" in auth.config.`);
  if (algorithm !== "RS256" && algorithm !== "ES256") {
    throw new Error(
      `Unsupported algorithm "${String(algorithm)}" for the custom JWT provider "${issuer}": use RS256 or ES256.`,
    );
  }
  if (!URL.canParse(jwks)) throw new Error(`Invalid JWKS URL '${jwks}' in auth.config.`);
  return { type, issuer, jwks, algorithm, applicationID };
}

/** @throws Error for a provider that could never accept a token. */
export function readProviders(config: AuthConfig | undefined): Provider[] {
  return (config?.providers ?? []).map(readProvider);
}

/** The first provider a token with these claims is for. */
export function matchingProvider(providers: readonly Provider[], claims: JWTPayload): Provider | undefined {
  const { iss } = claims;
  if (iss === undefined) return undefined;
  return providers.find(
    ({ issuer, applicationID }) =>
      isSameIssuer(issuer, iss) && (applicationID === undefined || audiences(claims).includes(applicationID)),
  );
}

export function describeProviders(providers: readonly Provider[]): string {
  const shown = providers.map((provider) =>
    provider.type === "oidc"
      ? `OIDC(domain=${provider.issuer}, app_id=${provider.applicationID})`
      : `CustomJWT(issuer=${provider.issuer}, app_id=${provider.applicationID ?? "none"})`,
  );
  return `[${shown.join(", ")}]`;
}

import type { AuthConfig } from "convex/server";

/** What makes Convex believe a token: the door's issuer, this deployment's audience, the door's public keys. */
export interface DoorIdentity {
  MOORAGE_ISSUER: string;
  MOORAGE_AUDIENCE: string;
  /** A JWK set as a `data:` URI, so that no public address is needed. */
  MOORAGE_JWKS: string;
}

export function authConfigFor(door: DoorIdentity): AuthConfig {
  return {
    providers: [
      {
        type: "customJwt",
        issuer: door.MOORAGE_ISSUER,
        applicationID: door.MOORAGE_AUDIENCE,
        jwks: door.MOORAGE_JWKS,
        algorithm: "ES256",
      },
    ],
  };
}

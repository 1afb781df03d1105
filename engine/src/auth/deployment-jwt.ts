/** Tokens signed with the deployment's own key, which is made when the first one is. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Connection } from "../store/connection.ts";
import { isPlainObject, type Json, type JsonObject } from "../values/json.ts";

const META_KEY = "jwt_key";
const MAX_SECONDS = 3_600;
const RESERVED = new Set(["iss", "iat", "exp", "nbf"]);
const RESERVED_PREFIX = /^(convex|cvx)/i;

export interface SignJwtOptions {
  claims?: Json;
  expiresInSeconds: number;
}

function storedKey(connection: Connection): KeyObject | undefined {
  const stored = connection.row("SELECT value FROM meta WHERE key = ?", META_KEY)?.[0];
  if (stored === undefined) return undefined;
  return createPrivateKey({ key: Buffer.from(stored as Uint8Array), format: "der", type: "pkcs8" });
}

function makeKey(connection: Connection): KeyObject {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const der = privateKey.export({ format: "der", type: "pkcs8" });
  connection.run("INSERT INTO meta (key, value) VALUES (?, ?)", META_KEY, der);
  return privateKey;
}

/** The public key as a JWK, named by its thumbprint (RFC 7638). */
function publicJwk(key: KeyObject): JsonObject {
  const { crv, kty, x, y } = createPublicKey(key).export({ format: "jwk" }) as Record<string, string>;
  const kid = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
  return { kty, crv, x, y, kid, alg: "ES256", use: "sig" } as JsonObject;
}

/** What `/.well-known/jwks.json` answers. */
export function deploymentJwks(connection: Connection): { keys: JsonObject[] } {
  const key = storedKey(connection);
  return { keys: key === undefined ? [] : [publicJwk(key)] };
}

function checkOptions({ claims = {}, expiresInSeconds }: SignJwtOptions): JsonObject {
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || expiresInSeconds > MAX_SECONDS) {
    throw new Error(`signJwt: \`expiresInSeconds\` must be a whole number from 1 to ${MAX_SECONDS}.`);
  }
  if (!isPlainObject(claims)) throw new Error("signJwt: `claims` must be an object.");
  const reserved = Object.keys(claims).find((name) => RESERVED.has(name) || RESERVED_PREFIX.test(name));
  if (reserved !== undefined) throw new Error(`signJwt: the claim "${reserved}" is reserved.`);
  return claims;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** An ES256 token. Part of a write transaction, because the first one makes the key. */
export function signJwt(connection: Connection, issuer: string, now: number, options: SignJwtOptions): string {
  const claims = checkOptions(options);
  const key = storedKey(connection) ?? makeKey(connection);
  const iat = Math.floor(now / 1000);
  const header = { alg: "ES256", typ: "JWT", kid: publicJwk(key)["kid"] };
  const payload = { ...claims, iss: issuer, iat, exp: iat + options.expiresInSeconds };
  const content = `${encode(header)}.${encode(payload)}`;
  const signature = sign("sha256", Buffer.from(content), { key, dsaEncoding: "ieee-p1363" });
  return `${content}.${signature.toString("base64url")}`;
}

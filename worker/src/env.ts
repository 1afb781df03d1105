import { AppError } from "@moorage/shared/errors";
import type { JWK } from "jose";
import type { Door } from "./door.ts";
import type { LogLine } from "./middleware/access-log.ts";
import type { Call } from "./middleware/find-contract.ts";
import type { ShardNamespace } from "./presence/namespace.ts";
import type { Session } from "./sessions.ts";

/** What the door is given: strings, as Cloudflare's variables and secrets are, and the optional rate limit. */
export interface Bindings {
  /** Where the Convex deployment answers, such as `https://happy-otter-123.convex.cloud`. */
  CONVEX_URL: string;
  /** An ES256 private key as a JWK with its `kid`, in JSON. */
  MOORAGE_SIGNING_KEY: string;
  MOORAGE_ISSUER: string;
  MOORAGE_AUDIENCE: string;
  /** The door's own key, by which it tells Convex what it refused; without it nothing is told. */
  MOORAGE_DOOR_KEY?: string;
  /** Where people reach the one-time pages, when it is not the issuer. */
  MOORAGE_PUBLIC_URL?: string;
  RATE_LIMITER?: RateLimiter;
  /** Where servers are heard; without it, every heartbeat goes to Convex. */
  PRESENCE?: ShardNamespace;
}

/** The shape of Cloudflare's rate-limit binding. */
export interface RateLimiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/** What the middleware hands on, in the order in which it is set. */
export interface Variables {
  requestId: string;
  line: LogLine;
  door: Door;
  body: string;
  address: string | undefined;
  session: Session;
  call: Call;
}

export interface AppEnv {
  Bindings: Bindings;
  Variables: Variables;
}

export interface Settings {
  convexUrl: string;
  signingKey: JWK & { kid: string };
  issuer: string;
  audience: string;
  doorKey: string | undefined;
  /** Scheme, host and port that pages are served at. */
  origin: string | undefined;
}

/** The bindings, checked. What is wrong goes to the log; a caller learns only that it is not their fault. */
export function parseBindings(env: Bindings): Settings {
  const convexUrl = required(env, "CONVEX_URL");
  if (!/^https?:$/.test(URL.parse(convexUrl)?.protocol ?? "")) throw misconfigured("CONVEX_URL is not an http(s) URL");
  return {
    convexUrl: convexUrl.replace(/\/+$/, ""),
    signingKey: parseSigningKey(required(env, "MOORAGE_SIGNING_KEY")),
    issuer: required(env, "MOORAGE_ISSUER"),
    audience: required(env, "MOORAGE_AUDIENCE"),
    doorKey: env.MOORAGE_DOOR_KEY,
    origin: URL.parse(env.MOORAGE_PUBLIC_URL ?? env.MOORAGE_ISSUER)?.origin,
  };
}

function required(env: Bindings, name: "CONVEX_URL" | "MOORAGE_SIGNING_KEY" | "MOORAGE_ISSUER" | "MOORAGE_AUDIENCE") {
  const value: unknown = env[name];
  if (typeof value !== "string" || value === "") throw misconfigured(`${name} is not set`);
  return value;
}

function parseSigningKey(text: string): JWK & { kid: string } {
  const wrong = "MOORAGE_SIGNING_KEY is not an ES256 private JWK with a kid";
  try {
    const jwk = JSON.parse(text) as JWK;
    const { kid, kty, crv, d } = jwk;
    if (kty === "EC" && crv === "P-256" && d !== undefined && typeof kid === "string") return { ...jwk, kid };
  } catch {
    // The parser's own message quotes the key.
  }
  throw misconfigured(wrong);
}

const misconfigured = (cause: string) => new AppError("internal", undefined, { cause });

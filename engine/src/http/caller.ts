import { createHash, timingSafeEqual } from "node:crypto";
import type { IdentityJson } from "../auth/identity.ts";
import type { Json } from "../values/json.ts";
import { isPlainObject } from "../values/json.ts";
import type { ApiContext } from "./context.ts";
import type { Exchange } from "./exchange.ts";
import type { FunctionHost } from "./host.ts";
import { ProtocolError } from "./protocol-error.ts";

/** Who sent a request. */
export interface Caller {
  readonly isAdmin: boolean;
  /** The user, or the user an admin acts as. */
  readonly identity: IdentityJson | null;
  /** The raw JWT of a user. */
  readonly token: string | null;
}

const NOBODY: Caller = { isAdmin: false, identity: null, token: null };

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Compares digests, which have one length and tell nothing about where two keys differ. */
function isSameKey(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** `prod:name|secret` and `name|secret` are the same key. */
const withoutType = (key: string): string => key.replace(/^[a-z]+:(?=[^|]*\|)/, "");

const badAdminKey = (): ProtocolError =>
  new ProtocolError(401, "BadAdminKey", "The provided admin key was invalid for this instance");

function readActingIdentity(encoded: string): IdentityJson {
  let attributes: Json;
  try {
    attributes = JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as Json;
  } catch {
    throw badAdminKey();
  }
  if (!isPlainObject(attributes)) throw badAdminKey();
  const { subject, issuer } = attributes;
  if (typeof subject !== "string" || typeof issuer !== "string") {
    throw new ProtocolError(400, "InvalidActingIdentity", "An acting identity needs a subject and an issuer.");
  }
  return { ...attributes, subject, issuer, tokenIdentifier: `${issuer}|${subject}` };
}

/** A presented key is the admin key, possibly followed by `:` and the base64 JSON of the user to act as. */
function readAdmin(presented: string, adminKey: string | undefined): Caller {
  if (adminKey === undefined) throw badAdminKey();
  const expected = withoutType(adminKey);
  const given = withoutType(presented);
  if (isSameKey(given, expected)) return { ...NOBODY, isAdmin: true };
  const colon = given.lastIndexOf(":");
  if (colon < 0 || !isSameKey(given.slice(0, colon), expected)) throw badAdminKey();
  return { isAdmin: true, identity: readActingIdentity(given.slice(colon + 1)), token: null };
}

const ADMIN_SCHEME = /^convex /i;
const BEARER_SCHEME = /^bearer /i;

/** @throws ProtocolError or AuthenticationError when the request claims to be somebody it is not. */
export async function identifyCaller({ request, url }: Exchange, { host, adminKey }: ApiContext): Promise<Caller> {
  const header = request.headers.get("authorization");
  if (header === null) {
    const key = url.searchParams.get("adminKey");
    return key === null ? NOBODY : readAdmin(key, adminKey);
  }
  if (ADMIN_SCHEME.test(header)) return readAdmin(header.replace(ADMIN_SCHEME, "").trim(), adminKey);
  const token = header.replace(BEARER_SCHEME, "").trim();
  return { isAdmin: false, identity: await host.authenticate(token), token };
}

/** For HTTP actions, whose Authorization header is their own: a token that proves nothing is nobody's. */
export async function identifyVisitor(request: Request, host: FunctionHost): Promise<Caller> {
  const header = request.headers.get("authorization");
  if (header === null || !BEARER_SCHEME.test(header)) return NOBODY;
  const token = header.replace(BEARER_SCHEME, "").trim();
  try {
    return { isAdmin: false, identity: await host.authenticate(token), token };
  } catch {
    return { ...NOBODY, token };
  }
}

export function requireAdmin(caller: Caller): void {
  if (caller.isAdmin) return;
  throw new ProtocolError(
    403,
    "BadDeployKey",
    "The provided deploy key was invalid for this deployment. Double check that the environment this key was generated for matches the desired deployment.",
  );
}

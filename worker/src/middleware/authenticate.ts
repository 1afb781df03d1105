import { parseApiKey } from "@moorage/shared/api-key";
import { AppError } from "@moorage/shared/errors";
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../env.ts";
import type { Session } from "../sessions.ts";

export const BEARER = /^Bearer +(\S+)$/i;

/**
 * Turns the caller's key into a session with a token for Convex. What is no key at all ends here: the form is public,
 * so a quick refusal tells nobody anything. Every well-formed key goes the same way, whether it exists or not.
 */
export const authenticate =
  (clientAddress: (c: Context<AppEnv>) => string | undefined): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const [, bearer] = BEARER.exec(c.req.header("authorization") ?? "") ?? [];
    c.set("session", await openSession(c, bearer, clientAddress(c)));
    await next();
  };

/** A page's token is its key, and stands in its address: a link is all that a person gets. */
export const openPage =
  (clientAddress: (c: Context<AppEnv>) => string | undefined): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    c.set("session", await openSession(c, c.req.param("token"), clientAddress(c)));
    await next();
  };

export async function openSession(
  c: Context<AppEnv>,
  bearer: string | undefined,
  address: string | undefined,
): Promise<Session> {
  const { attempts, sessions } = c.get("door");
  c.set("address", address);
  try {
    const session = bearer === undefined ? undefined : await sessions.open(bearer, address);
    if (session === undefined) throw new AppError("unauthenticated");
    if (session.scopes === undefined && attempts.tooMany(address)) throw new AppError("rate_limited");
    return session;
  } catch (error) {
    // For the log and the report: a key that was refused a moment ago gets no session.
    const keyId = parseApiKey(bearer ?? "")?.keyId;
    if (keyId !== undefined) c.get("line").keyId = keyId;
    throw error;
  }
}

import { AppError } from "@moorage/shared/errors";
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../env.ts";

const BEARER = /^Bearer +(\S+)$/i;

/**
 * Turns the caller's key into a session with a token for Convex. What is no key at all ends here: the form is public,
 * so a quick refusal tells nobody anything. Every well-formed key goes the same way, whether it exists or not.
 */
export const authenticate =
  (clientAddress: (c: Context<AppEnv>) => string | undefined): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const [, bearer] = BEARER.exec(c.req.header("authorization") ?? "") ?? [];
    const session = bearer === undefined ? undefined : await c.get("door").sessions.open(bearer, clientAddress(c));
    if (session === undefined) throw new AppError("unauthenticated");
    c.set("session", session);
    await next();
  };

import { AppError } from "@moorage/shared/errors";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../env.ts";

/**
 * A key that Convex has vouched for counts for itself; all others count for the network they come from, so that nobody
 * uses up the calls of a key they cannot prove, nor escapes by making keys up.
 */
export const rateLimit: MiddlewareHandler<AppEnv> = async (c, next) => {
  const limiter = c.env.RATE_LIMITER;
  if (limiter !== undefined) {
    const { keyId, scopes, address } = c.get("session");
    const { success } = await limiter.limit({
      key: scopes === undefined ? `network ${address ?? ""}` : `key ${keyId}`,
    });
    if (!success) throw new AppError("rate_limited");
  }
  await next();
};

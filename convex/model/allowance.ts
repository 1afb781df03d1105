/** How often a key may do what costs money or opens values: counted in the transaction that does it. */
import { MINUTE, RateLimiter } from "@convex-dev/rate-limiter";
import { AppError } from "@moorage/shared/errors";
import { components } from "../_generated/api.ts";
import type { AuthedMutationCtx } from "../lib/functions.ts";

/** A burst of `capacity`, then `rate` a minute. */
const LIMITS = {
  /** By hand nobody looks at more. */
  reveal: { kind: "token bucket", rate: 10, period: MINUTE, capacity: 60 },
  /** Pages of up to a hundred: a large store at once, but not again and again. */
  export: { kind: "token bucket", rate: 5, period: MINUTE, capacity: 50 },
  /** A server that is made is paid for. */
  deploy: { kind: "token bucket", rate: 1, period: MINUTE, capacity: 20 },
} as const;

const limiter = new RateLimiter(components.rateLimiter, LIMITS);

/** Takes one of the key's turns, or refuses; a transaction that fails gives it back. */
export async function requireTurn(ctx: AuthedMutationCtx, name: keyof typeof LIMITS): Promise<void> {
  const { ok, retryAfter } = await limiter.limit(ctx, name, { key: ctx.principal.keyId });
  if (ok) return;
  throw new AppError("rate_limited", undefined, {
    hint: `Wait ${Math.ceil(retryAfter / 1_000)} seconds, then call again.`,
  });
}

/** How often a key may do what costs money, opens values or fills the tables: counted in the transaction that does it. */
import { HOUR, MINUTE, RateLimiter } from "@convex-dev/rate-limiter";
import { AppError } from "@moorage/shared/errors";
import { components } from "../_generated/api.ts";
import type { AuthedMutationCtx } from "../lib/functions.ts";

/** A burst of `capacity`, then `rate` in each period. */
const LIMITS = {
  /** By hand nobody looks at more. */
  reveal: { kind: "token bucket", rate: 10, period: MINUTE, capacity: 60 },
  /** Pages of up to a hundred: a large store at once, but not again and again. */
  export: { kind: "token bucket", rate: 5, period: MINUTE, capacity: 50 },
  /** A server that is made is paid for. */
  deploy: { kind: "token bucket", rate: 1, period: MINUTE, capacity: 20 },
  /** A server asks again when a heartbeat says that there are others. */
  secrets: { kind: "token bucket", rate: 2, period: MINUTE, capacity: 60 },
  /** A server tells a few a day; one that somebody has taken over could tell without an end. */
  events: { kind: "token bucket", rate: 60, period: HOUR, capacity: 200 },
  /** Its heartbeats say as well which configuration it runs. */
  reports: { kind: "token bucket", rate: 60, period: HOUR, capacity: 30 },
  /** They are asked for at most once a minute. */
  logs: { kind: "token bucket", rate: 2, period: MINUTE, capacity: 20 },
} as const;

const limiter = new RateLimiter(components.rateLimiter, LIMITS);

export type Turn = keyof typeof LIMITS;

/** Takes of the key's turns, or refuses; a transaction that fails gives them back. */
export async function requireTurn(ctx: AuthedMutationCtx, name: Turn, count = 1): Promise<void> {
  const { ok, retryAfter } = await limiter.limit(ctx, name, { key: ctx.principal.keyId, count });
  if (ok) return;
  throw new AppError("rate_limited", undefined, {
    hint: `Wait ${Math.ceil(retryAfter / 1_000)} seconds, then call again.`,
  });
}

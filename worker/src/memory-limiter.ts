import { BoundedMap } from "./bounded-map.ts";
import type { RateLimiter } from "./env.ts";

/** As wrangler.jsonc has it for the Worker. */
const LIMIT = 1_200;
const PERIOD_MS = 60_000;
const KEYS = 5_000;

/** Cloudflare's rate limit for a door that is one process: calls in each whole minute, by key. */
export function createMemoryLimiter(now: () => number = Date.now): RateLimiter {
  const counts = new BoundedMap<{ period: number; calls: number }>(KEYS);
  return {
    async limit({ key }) {
      const period = Math.floor(now() / PERIOD_MS);
      const known = counts.get(key);
      const calls = known?.period === period ? known.calls + 1 : 1;
      counts.set(key, { period, calls });
      return { success: calls <= LIMIT };
    },
  };
}

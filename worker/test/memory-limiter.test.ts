import { expect, it } from "vitest";
import { createMemoryLimiter } from "../src/memory-limiter.ts";
import config from "../wrangler.jsonc?raw";

const MINUTE = 60_000;

it("lets through as many calls of a key in a minute as the Worker does, and again in the next", async () => {
  const clock = { now: 10 * MINUTE };
  const limiter = createMemoryLimiter(() => clock.now);
  const [, limit] = /"limit": (\d+), "period": 60/.exec(config) ?? [];
  const call = async (key: string) => (await limiter.limit({ key })).success;
  for (let count = 0; count < Number(limit); count++) expect(await call("mine")).toBe(true);
  expect([await call("mine"), await call("another's")]).toEqual([false, true]);
  clock.now += MINUTE;
  expect(await call("mine")).toBe(true);
});

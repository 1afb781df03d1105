import type { Heard } from "@moorage/shared/contracts/presence";
import { shardOf, UNREACHABLE_MS } from "@moorage/shared/presence";
import { expect, it } from "vitest";
import { memoryPresence } from "./memory.ts";

it("a server that died while nobody listened is missed without one heartbeat", async () => {
  const clock = { now: 1_800_000_000_000 };
  const told: Heard[] = [];
  const desired = { generation: 1, secretsAt: 0, logsWanted: false };
  const task = { instance: "server-1", keyId: "key-1", desired };
  const shard = (name: string) => ({
    flush: async (heard: Heard[]) => {
      told.push(...heard);
      return { tasks: [task], gone: [] };
    },
    changes: async () => ({ tasks: name === shardOf("key-1") ? [task] : [], gone: [], at: clock.now }),
  });
  const end = clock.now + 2 * UNREACHABLE_MS;
  const wait = async (ms: number) => {
    if (clock.now + ms > end) return new Promise<void>(() => {});
    clock.now += Math.max(ms, 0);
  };
  const onFailure = (error: unknown) => {
    throw error;
  };
  memoryPresence({ shard, stirred: async () => [] }, { now: () => clock.now, wait, onFailure });
  await expect.poll(() => told.filter(({ silent }) => silent).length).toBeGreaterThanOrEqual(2);
  expect(told.every(({ instance, beat }) => instance === "server-1" && beat === undefined)).toBe(true);
});

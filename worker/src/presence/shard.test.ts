/** A shard on a clock of the test's own, before a Convex that keeps what it is told. */
import type { Beat, Desired } from "@moorage/shared/contracts/instances";
import type { Heard, Task } from "@moorage/shared/contracts/presence";
import { describe, expect, it } from "vitest";
import { type Kept, Shard } from "./shard.ts";

const BEAT: Beat = { generation: 1, container: "running", bootId: "boot-1", secrets: [] };
const IDLE: Desired = { generation: 1, secretsAt: 0, logsWanted: false };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const senderOf = (at: number | string) => ({ keyId: `key-${at}`, proofHash: `proof-${at}` });

function simulate() {
  const clock = { now: 1_800_000_000_000, alarm: Number.POSITIVE_INFINITY };
  const flushes: Heard[][] = [];
  const store = new Map<string, Kept>();
  const convex = {
    isDown: false,
    asked: 0,
    desired: new Map<string, Desired>(),
    gone: new Set<string>(),
    changed: new Map<string, number>(),
  };
  const taskOf = (instance: string, keyId: string): Task => ({
    instance,
    keyId,
    desired: convex.desired.get(instance) ?? IDLE,
  });
  const open = () =>
    new Shard({
      entries: [...store.values()].map((kept) => structuredClone(kept)),
      now: () => clock.now,
      flush: async (heard) => {
        if (convex.isDown) throw new Error("down");
        flushes.push(structuredClone(heard));
        const [gone, alive] = [true, false].map((is) => heard.filter(({ keyId }) => convex.gone.has(keyId) === is));
        return {
          tasks: alive!.map(({ instance, keyId }) => taskOf(instance, keyId)),
          gone: gone!.map(({ keyId }) => keyId),
        };
      },
      changes: async (since) => {
        if (convex.isDown) throw new Error("down");
        convex.asked++;
        const changed = [...convex.changed].filter(([, at]) => at > since - MINUTE).map(([instance]) => instance);
        const keyOf = (instance: string) => instance.replace("server", "key");
        const [gone, alive] = [true, false].map((is) =>
          changed.filter((instance) => convex.gone.has(keyOf(instance)) === is),
        );
        return {
          at: clock.now,
          tasks: alive!.map((instance) => taskOf(instance, keyOf(instance))),
          gone: gone!.map(keyOf),
        };
      },
      keep: (kept) => store.set(kept.keyId, structuredClone(kept)),
      forget: (keyId) => store.delete(keyId),
      wake: (at) => {
        clock.alarm = Math.min(clock.alarm, at);
      },
      onFailure: () => {},
    });
  const one = { shard: open() };
  /** Lets the time pass, with every alarm on its way. */
  const pass = async (ms: number) => {
    const end = clock.now + ms;
    while (clock.alarm <= end) {
      clock.now = Math.max(clock.now, clock.alarm);
      clock.alarm = Number.POSITIVE_INFINITY;
      await one.shard.work();
    }
    clock.now = end;
  };
  const beat = async (at: number | string, changes: Partial<Beat> = {}) => {
    const said = { ...BEAT, ...changes };
    return one.shard.beat(senderOf(at), said) ?? (await one.shard.admit(senderOf(at), `server-${at}`, said));
  };
  /** As when Cloudflare takes it out of memory. */
  const sleep = () => {
    one.shard = open();
  };
  return { clock, flushes, convex, store, pass, beat, sleep, one };
}

describe("a shard", () => {
  it("does not answer a key that Convex has not vouched for, nor one of another secret", async () => {
    const { one, beat } = simulate();
    expect(one.shard.beat(senderOf(1), BEAT)).toBeUndefined();
    await beat(1);
    expect(one.shard.beat(senderOf(1), BEAT)).toEqual(IDLE);
    expect(one.shard.beat({ keyId: "key-1", proofHash: "guessed" }, BEAT)).toBeUndefined();
  });

  it("tells of a new server at once, of nothing new in rounds of five minutes, of a change at once", async () => {
    const { flushes, beat, pass } = simulate();
    await beat(1);
    expect(flushes).toMatchObject([[{ instance: "server-1", silent: false, beat: BEAT }]]);
    for (let at = 0; at < 9; at++) {
      await pass(30 * SECOND);
      await beat(1, { load: at });
    }
    expect(flushes).toHaveLength(1);
    await pass(30 * SECOND);
    expect(flushes).toHaveLength(2);
    await beat(1, { container: "unhealthy" });
    await pass(SECOND);
    expect(flushes[2]).toMatchObject([{ beat: { container: "unhealthy" } }]);
  });

  it("tells of many changes in one mutation", async () => {
    const { flushes, beat, pass } = simulate();
    for (let at = 0; at < 50; at++) await beat(at);
    flushes.length = 0;
    for (let at = 0; at < 50; at++) await beat(at, { container: "stopped" });
    await pass(SECOND);
    expect(flushes.map((heard) => heard.length)).toEqual([50]);
  });

  it("answers within a minute with what Convex has changed by itself, and at once when it is told to ask", async () => {
    const { clock, convex, beat, pass, one } = simulate();
    await beat(1);
    const wanted = { generation: 2, secretsAt: 7, logsWanted: true };
    convex.desired.set("server-1", wanted);
    convex.changed.set("server-1", clock.now);
    expect(await beat(1)).toEqual(IDLE);
    await pass(61 * SECOND);
    expect(await beat(1)).toEqual(wanted);
    convex.desired.set("server-1", IDLE);
    convex.changed.set("server-1", clock.now);
    await one.shard.refresh();
    expect(await beat(1)).toEqual(IDLE);
  });

  it("answers an ended key no longer than a minute", async () => {
    const { clock, convex, beat, pass, one, store } = simulate();
    await beat(1);
    convex.gone.add("key-1");
    convex.changed.set("server-1", clock.now);
    await pass(60 * SECOND);
    expect(one.shard.beat(senderOf(1), BEAT)).toBeUndefined();
    expect(await one.shard.admit(senderOf(1), "server-1", BEAT)).toBeUndefined();
    expect(store.size).toBe(0);
  });

  it("says that a server is silent after three heartbeats, that it is gone after five minutes, and that it is back", async () => {
    const { flushes, beat, pass } = simulate();
    await beat(1);
    flushes.length = 0;
    await pass(3 * MINUTE);
    expect(flushes.flat().map(({ silent }) => silent)).toEqual([true]);
    await pass(4 * MINUTE);
    expect(flushes.flat().map(({ silent }) => silent)).toEqual([true, true]);
    await beat(1);
    await pass(SECOND);
    expect(flushes.flat().at(-1)).toMatchObject({ silent: false, beat: BEAT });
  });

  it("notices silence though it slept, and calls nobody silent that it slept through", async () => {
    const { flushes, beat, pass, sleep } = simulate();
    await beat("dead");
    await beat("alive");
    flushes.length = 0;
    for (let at = 0; at < 14; at++) {
      sleep();
      await pass(30 * SECOND);
      await beat("alive");
    }
    const silent = flushes.flat().filter((heard) => heard.silent);
    expect(new Set(silent.map(({ instance }) => instance))).toEqual(new Set(["server-dead"]));
  });

  it("notices that a server which has enrolled is never heard", async () => {
    const { clock, convex, flushes, beat, pass } = simulate();
    await beat(1);
    convex.changed.set("server-new", clock.now);
    for (let at = 0; at < 8; at++) {
      await pass(30 * SECOND);
      await beat(1);
    }
    expect(flushes.flat().filter((heard) => heard.silent)).toMatchObject([{ instance: "server-new" }]);
  });

  it("goes on answering while Convex is down, and tells of it later", async () => {
    const { convex, flushes, beat, pass } = simulate();
    await beat(1);
    convex.isDown = true;
    expect(await beat(1, { container: "stopped" })).toEqual(IDLE);
    await pass(MINUTE);
    expect(flushes).toHaveLength(1);
    convex.isDown = false;
    await pass(10 * SECOND);
    expect(flushes[1]).toMatchObject([{ beat: { container: "stopped" } }]);
  });
});

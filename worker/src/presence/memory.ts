/** `Presence` in this process. What it forgets when the process ends it learns again: from heartbeats, and from Convex. */
import { SHARDS, shardOf } from "@moorage/shared/presence";
import type { Calls } from "./convex.ts";
import { type Presence, STIRRED_MS } from "./presence.ts";
import { Shard } from "./shard.ts";

export interface MemoryOptions {
  now: () => number;
  /** Ends early when the process is about to. */
  wait: (ms: number) => Promise<void>;
  onFailure: (error: unknown) => void;
}

export function memoryPresence(calls: Calls, { now, wait, onFailure }: MemoryOptions): Presence {
  const shards = new Map<string, Shard>();
  const open = (name: string): Shard => {
    const known = shards.get(name);
    if (known !== undefined) return known;
    const alarm = createAlarm(now, wait, () => shard.work());
    const shard: Shard = new Shard({
      ...calls.shard(name),
      entries: [],
      now,
      keep: () => {},
      forget: () => {},
      wake: alarm,
      onFailure,
    });
    shards.set(name, shard);
    return shard;
  };
  // A server that died while nobody listened sends nothing: Convex alone knows that it should.
  const resume = async () => {
    for (let at = 0; at < SHARDS; at++) await open(String(at)).work();
  };
  void resume().catch(onFailure);
  return {
    beat: async (sender, beat) => shards.get(shardOf(sender.keyId))?.beat(sender, beat),
    admit: (sender, instance, beat) => open(shardOf(sender.keyId)).admit(sender, instance, beat),
    stir: async () => {
      if (shards.size === 0) return;
      for (const name of await calls.stirred(now() - STIRRED_MS)) await shards.get(name)?.refresh();
    },
  };
}

/** One alarm at a time, the earliest. */
function createAlarm(now: () => number, wait: MemoryOptions["wait"], ring: () => Promise<void>): (at: number) => void {
  let set: number | undefined;
  return (at) => {
    if (set !== undefined && set <= at) return;
    set = at;
    void wait(at - now()).then(() => {
      // Ended early, or a sooner one was set meanwhile: that one rings.
      if (set !== at || now() < at) return;
      set = undefined;
      return ring();
    });
  };
}

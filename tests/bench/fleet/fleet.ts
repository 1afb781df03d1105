/** Ten thousand servers for an hour, on a clock of its own: what of their heartbeats reaches Convex. */
import type { Beat, Desired } from "@moorage/shared/contracts/instances";
import { SHARDS, shardOf } from "@moorage/shared/presence";
import { Shard } from "@moorage/worker/presence/shard";

const BEAT_MS = 30_000;
const HOUR_MS = 60 * 60_000;

export interface Hour {
  heartbeats: number;
  /** Servers whose gateway stopped, came back, fell silent or returned. */
  changes: number;
  flushes: number;
  asks: number;
  /** Servers told of in flushes, with those of the rounds. */
  told: number;
  wallMs: number;
}

const DESIRED: Desired = { generation: 1, secretsAt: 0, logsWanted: false };

export async function anHour(servers: number, changesAnHour: number): Promise<Hour> {
  const clock = { now: 1_800_000_000_000 };
  const hour: Hour = { heartbeats: 0, changes: 0, flushes: 0, asks: 0, told: 0, wallMs: 0 };
  const alarms = new Map<string, number>();
  const shards = new Map(
    Array.from({ length: SHARDS }, (_, at) => [String(at), open(String(at), clock, alarms, hour)] as const),
  );
  const fleet = Array.from({ length: servers }, (_, at) => {
    const keyId = `key${at}`;
    return { at, sender: { keyId, proofHash: keyId }, shard: shards.get(shardOf(keyId))!, isDown: false };
  });
  const beatOf = (isDown: boolean): Beat => ({
    generation: 1,
    container: isDown ? "stopped" : "running",
    bootId: "boot",
    secrets: [{ name: "OPENAI_API_KEY", version: 1 }],
    load: 0.5,
    diskUsedPercent: 40,
  });
  const pass = async (until: number) => {
    for (;;) {
      const due = [...alarms].filter(([, at]) => at <= until).sort(([, a], [, b]) => a - b)[0];
      if (due === undefined) break;
      alarms.delete(due[0]);
      clock.now = Math.max(clock.now, due[1]);
      await shards.get(due[0])!.work();
    }
    clock.now = until;
  };
  for (const { at, sender, shard } of fleet) await shard.admit(sender, `server${at}`, beatOf(false));
  await pass(clock.now + BEAT_MS);
  Object.assign(hour, { flushes: 0, asks: 0, told: 0 });
  const rounds = HOUR_MS / BEAT_MS;
  const started = performance.now();
  for (let round = 0; round < rounds; round++) {
    const end = clock.now + BEAT_MS;
    const changing = Math.floor(((round + 1) * changesAnHour) / rounds) - Math.floor((round * changesAnHour) / rounds);
    for (let change = 0; change < changing; change++) {
      const one = fleet[(hour.changes * 7_919) % servers]!;
      one.isDown = !one.isDown;
      hour.changes++;
    }
    // Spread over the half minute, in ten steps.
    for (let step = 0; step < 10; step++) {
      for (let at = step; at < servers; at += 10) {
        const { sender, shard, isDown } = fleet[at]!;
        if (shard.beat(sender, beatOf(isDown)) === undefined) throw new Error("A shard forgot a server.");
        hour.heartbeats++;
      }
      await pass(end - BEAT_MS + ((step + 1) * BEAT_MS) / 10);
    }
  }
  hour.wallMs = performance.now() - started;
  return hour;
}

function open(name: string, clock: { now: number }, alarms: Map<string, number>, hour: Hour): Shard {
  return new Shard({
    entries: [],
    now: () => clock.now,
    flush: async (heard) => {
      hour.flushes++;
      hour.told += heard.length;
      return { tasks: heard.map(({ instance, keyId }) => ({ instance, keyId, desired: DESIRED })), gone: [] };
    },
    changes: async () => {
      hour.asks++;
      return { tasks: [], gone: [], at: clock.now };
    },
    keep: () => {},
    forget: () => {},
    wake: (at) => alarms.set(name, Math.min(at, alarms.get(name) ?? Number.POSITIVE_INFINITY)),
    onFailure: (error) => {
      throw error;
    },
  });
}

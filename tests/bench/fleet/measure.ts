/** Calls to Convex by what changes, not by what is heard; and what one batched mutation costs on the engine. */
import { randomUUID } from "node:crypto";
import { createApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import * as presence from "@moorage/shared/contracts/presence";
import { REPORT_ITEMS } from "@moorage/shared/limits";
import { shardOf } from "@moorage/shared/presence";
import { openInProcess } from "../../support/hosts.ts";
import { BEAT, enrolled, rowOf } from "../../support/servers.ts";
import type { Figure } from "../measure/figures.ts";
import { p50 } from "../measure/statistics.ts";
import { anHour } from "./fleet.ts";

const SERVERS = 10_000;
const CHANGES = 500;
const FLUSHES = 20;

export async function measureFleet(): Promise<Figure[]> {
  const quiet = await anHour(SERVERS, 0);
  const busy = await anHour(SERVERS, CHANGES);
  const calls = ({ flushes, asks }: typeof quiet) => flushes + asks;
  return [
    { name: `heartbeats of ${SERVERS} servers in an hour`, unit: "", ours: busy.heartbeats },
    { name: "calls to Convex in an hour without changes", unit: "", ours: calls(quiet) },
    { name: `calls to Convex in an hour with ${CHANGES} changes`, unit: "", ours: calls(busy) },
    {
      name: "more calls for each change of state",
      unit: "",
      ours: (calls(busy) - calls(quiet)) / CHANGES,
      goal: { bound: "at most", limit: 1 },
    },
    {
      name: "calls for each heartbeat",
      unit: "",
      ours: calls(busy) / busy.heartbeats,
      goal: { bound: "at most", limit: 0.01 },
    },
    { name: "a shard's work for a heartbeat", unit: "ms", ours: busy.wallMs / busy.heartbeats },
    { name: `presence:flush of ${REPORT_ITEMS} servers on the engine, p50`, unit: "ms", ours: await flushMs() },
  ];
}

async function flushMs(): Promise<number> {
  const host = await openInProcess();
  const owner = await host.admit();
  const { keyId, secret, text } = createApiKey();
  const proofHash = await proofHashOf(await proofOf(secret));
  const door = { keyId, name: "door", scopes: ["door"], proofHash };
  await host.engine.mutation("tenants:provision", { tenant: randomUUID(), keys: [], door });
  const { backend } = host.as(text);
  const heard: presence.Heard[] = [];
  for (let at = 0; at < REPORT_ITEMS; at++) {
    const { instanceId } = await enrolled(host, owner);
    const { keyId: own } = await rowOf(host, instanceId);
    heard.push({
      instance: instanceId,
      keyId: own,
      lastSeenAt: 0,
      silent: false,
      beat: { ...BEAT, container: "running" },
    });
  }
  const times: number[] = [];
  for (let round = 0; round < FLUSHES; round++) {
    const lastSeenAt = Date.now();
    const started = performance.now();
    await backend.call(presence.flush, { shard: shardOf(keyId), heard: heard.map((one) => ({ ...one, lastSeenAt })) });
    times.push(performance.now() - started);
  }
  await host.close();
  return p50(times);
}

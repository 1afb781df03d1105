/** Hosts whose door hears servers itself: `Presence` in memory, and in Durable Objects. */
import { createApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import { memoryPresence } from "@moorage/worker/presence/memory";
import { type Host, openInProcess, openWorkerd } from "./hosts.ts";

export interface HearingHost extends Host {
  /** What has reached Convex since the last look. */
  reached(): string[];
}

const wait = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms).unref();
  });

type Open = (bindings: { MOORAGE_DOOR_KEY: string }, watch: (path: string) => void) => Promise<Host>;

const inMemory: Open = (bindings, watch) =>
  openInProcess(
    {},
    {
      defer: (_c, work) => void work,
      wait,
      createPresence: (_env, calls) => memoryPresence(calls, { now: Date.now, wait, onFailure: () => {} }),
    },
    { bindings, watch },
  );

const inDurableObjects: Open = (bindings, watch) => openWorkerd({}, { bindings, watch });

const hearing = (open: Open) => async (): Promise<HearingHost> => {
  const { keyId, secret, text } = createApiKey();
  const seen: string[] = [];
  const host = await open({ MOORAGE_DOOR_KEY: text }, (path) => seen.push(path));
  const proofHash = await proofHashOf(await proofOf(secret));
  const door = { keyId, name: "door", scopes: ["door"], proofHash };
  await host.engine.mutation("tenants:provision", { tenant: "tests", keys: [], door });
  return { ...host, reached: () => seen.splice(0) };
};

export const HEARING_HOSTS = [
  { name: "memory", open: hearing(inMemory) },
  { name: "Durable Objects", open: hearing(inDurableObjects) },
];

/** `Presence` as the door sees it on Cloudflare: of each shard a stub. */
import type { Beat, Desired } from "@moorage/shared/contracts/instances";
import { shardOf } from "@moorage/shared/presence";
import type { Calls } from "./convex.ts";
import { type Presence, type Sender, STIRRED_MS } from "./presence.ts";

/** What the door calls of a shard; its class is loaded on Cloudflare alone. */
interface Stub {
  beat(name: string, sender: Sender, beat: Beat): Promise<Desired | undefined>;
  admit(name: string, sender: Sender, instance: string, beat: Beat): Promise<Desired | undefined>;
  refresh(name: string): Promise<void>;
}

/** The shape of Cloudflare's binding. */
export interface ShardNamespace {
  getByName(name: string): Stub;
}

export function namespacePresence(namespace: ShardNamespace, calls: Calls, now: () => number): Presence {
  return {
    beat: (sender, beat) => {
      const name = shardOf(sender.keyId);
      return namespace.getByName(name).beat(name, sender, beat);
    },
    admit: (sender, instance, beat) => {
      const name = shardOf(sender.keyId);
      return namespace.getByName(name).admit(name, sender, instance, beat);
    },
    stir: async () => {
      for (const name of await calls.stirred(now() - STIRRED_MS)) await namespace.getByName(name).refresh(name);
    },
  };
}

/** Who hears servers: shards in Durable Objects on Cloudflare, in memory when embedded. One interface, one suite of tests. */
import type { Beat, Desired } from "@moorage/shared/contracts/instances";

/** Who sends a heartbeat: whoever knows the key's secret, and not its id alone. */
export interface Sender {
  keyId: string;
  /** SHA-256 of the proof, as Convex has it. */
  proofHash: string;
}

/** How long a call may have taken, from its change to its answer. */
export const STIRRED_MS = 60_000;

export interface Presence {
  /** What the server is to do; undefined when this key is not known here: Convex has to vouch for it. */
  beat(sender: Sender, beat: Beat): Promise<Desired | undefined>;
  /** Convex has vouched for the key, and said whose it is. */
  admit(sender: Sender, instance: string, beat: Beat): Promise<Desired | undefined>;
  /** A call may have given servers something else to do: those shards hear of it now, not at the next minute. */
  stir(): Promise<void>;
}

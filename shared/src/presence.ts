/** How servers are spread over the door's shards, and when silence counts. The door and the functions go by the same. */
import { fnv1a } from "./hash.ts";

/** At 100,000 servers each hears 52 heartbeats a second. */
export const SHARDS = 64;

/** Three heartbeats in a row did not come. */
export const SILENT_MS = 90_000;
/** From then on it is not late but gone. */
export const UNREACHABLE_MS = 5 * 60_000;

/** A shard tells what it hears each five minutes; silent for longer than three of these rounds, it is not at work. */
export const SHARD_SILENT_MS = 15 * 60_000;

/** The shard that hears a key's heartbeats. */
export const shardOf = (keyId: string): string => String(fnv1a(keyId) % SHARDS);

/** How servers are spread over the door's shards, and when silence counts. The door and the functions go by the same. */

/** At 100,000 servers each hears 52 heartbeats a second. */
export const SHARDS = 64;

/** Three heartbeats in a row did not come. */
export const SILENT_MS = 90_000;
/** From then on it is not late but gone. */
export const UNREACHABLE_MS = 5 * 60_000;

/** A shard tells what it hears each five minutes; silent for longer than three of these rounds, it is not at work. */
export const SHARD_SILENT_MS = 15 * 60_000;

/** The shard that hears a key's heartbeats. FNV-1a: even, and the same everywhere. */
export function shardOf(keyId: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < keyId.length; at++) hash = Math.imul(hash ^ keyId.charCodeAt(at), 0x01000193) >>> 0;
  return String(hash % SHARDS);
}

/** What the door's shards tell of the servers they hear from: changes at once, all else every few minutes. */
import * as z from "zod";
import { defineContract } from "../contract.ts";
import { id } from "../fields.ts";
import { REPORT_ITEMS } from "../limits.ts";
import { desired, heartbeat } from "./instances.ts";

/** Since when a server has been silent is known where it was heard. */
const heard = z.strictObject({
  instance: id,
  /** The key it reported with. */
  keyId: id,
  /** Milliseconds since 1970, by the door's clock. */
  lastSeenAt: z.number(),
  silent: z.boolean(),
  /** The last heartbeat; absent where it has been told before. */
  beat: heartbeat.args.optional(),
});
export type Heard = z.infer<typeof heard>;

export const flush = defineContract({
  path: "presence:flush",
  kind: "mutation",
  scope: "door",
  args: z.strictObject({
    shard: z.string().min(1).max(32),
    /** The `at` of the answer before; what changed since comes with the next. */
    since: z.number().optional(),
    heard: z.array(heard).max(REPORT_ITEMS),
  }),
  result: z.strictObject({
    at: z.number(),
    /** Servers of this shard whose task has changed, and those just told of. */
    desired: z.array(z.strictObject({ instance: z.string(), keyId: z.string(), desired })),
    /** Servers that are no more, or whose key ended. */
    gone: z.array(z.string()),
  }),
});

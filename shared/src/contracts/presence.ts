/** What the door's shards tell of the servers they hear from: changes at once, all else every few minutes. */
import * as z from "zod";
import { defineContract } from "../contract.ts";
import { id } from "../fields.ts";
import { REPORT_ITEMS } from "../limits.ts";
import { desired, heartbeat } from "./instances.ts";

const shard = z.string().min(1).max(8);

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

/** What servers of a shard are to do, and those that are no more or whose key ended. */
const task = z.strictObject({ instance: z.string(), keyId: z.string(), desired });
export type Task = z.infer<typeof task>;
const news = { tasks: z.array(task), gone: z.array(z.string()) };

export const flush = defineContract({
  path: "presence:flush",
  kind: "mutation",
  scope: "door",
  args: z.strictObject({ shard, heard: z.array(heard).max(REPORT_ITEMS) }),
  /** Of those it told of; `gone` are key ids. */
  result: z.strictObject(news),
});

/** Shards of servers that were given something else to do since then. */
export const stirred = defineContract({
  path: "presence:stirred",
  kind: "query",
  scope: "door",
  args: z.strictObject({ since: z.number() }),
  result: z.strictObject({ shards: z.array(z.string()) }),
});

/** What Convex changed by itself since the last time, a key's end above all: asked every minute. */
export const changes = defineContract({
  path: "presence:changes",
  kind: "query",
  scope: "door",
  args: z.strictObject({ shard, since: z.number() }),
  result: z.strictObject({ ...news, at: z.number() }),
});

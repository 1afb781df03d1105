/** What the door's shards tell of the servers they hear, and what they ask in turn. */
import * as contracts from "@moorage/shared/contracts/presence";
import { REPORT_ITEMS } from "@moorage/shared/limits";
import { SHARD_SILENT_MS } from "@moorage/shared/presence";
import { v } from "convex/values";
import { internal } from "./_generated/api.ts";
import { internalMutation, type QueryCtx } from "./_generated/server.ts";
import { type AuthedMutationCtx, authedMutation, authedQuery } from "./lib/functions.ts";
import { findKey } from "./model/principal.ts";
import { become, hear } from "./model/server/heard.ts";
import { desiredOf, type InstanceRow } from "./model/server/instances.ts";

/** Transactions that began before an answer may be seen only after it: a shard asks for their time again. */
const OVERLAP_MS = 60_000;
const SHARDS_AT_ONCE = 10;
const INSTANCES_AT_ONCE = 500;

export const flush = authedMutation(contracts.flush, async (ctx, { shard, heard }) => {
  const tasks: contracts.Task[] = [];
  const gone: string[] = [];
  for (const { instance: text, keyId, ...rest } of heard) {
    const id = ctx.db.normalizeId("instances", text);
    const instance = id === null ? null : await ctx.db.get("instances", id);
    const task = instance?.keyId === keyId ? await taskOf(ctx, instance) : undefined;
    if (instance === null || task === undefined) gone.push(keyId);
    else {
      await hear(ctx, instance, rest);
      tasks.push(task);
    }
  }
  await noteShard(ctx, shard);
  return { tasks, gone };
});

export const changes = authedQuery(contracts.changes, async (ctx, { shard, since }) => {
  const at = Date.now();
  const rows = await ctx.db
    .query("instances")
    .withIndex("by_shard_desiredAt", (q) => q.eq("shard", shard).gt("desiredAt", since - OVERLAP_MS))
    .take(REPORT_ITEMS);
  const last = rows.at(-1)?.desiredAt;
  const tasks = await Promise.all(rows.map((row) => taskOf(ctx, row)));
  return {
    tasks: tasks.filter((task) => task !== undefined),
    gone: rows.flatMap(({ keyId }, index) => (keyId === undefined || tasks[index] !== undefined ? [] : [keyId])),
    // More than one answer holds: the next one goes on where this one ended.
    at: rows.length === REPORT_ITEMS && last !== undefined ? last + OVERLAP_MS : at,
  };
});

export const stirred = authedQuery(contracts.stirred, async (ctx, { since }) => {
  const rows = await ctx.db
    .query("instances")
    .withIndex("by_desiredAt", (q) => q.gt("desiredAt", since))
    .order("desc")
    .take(REPORT_ITEMS);
  return { shards: [...new Set(rows.flatMap(({ shard }) => shard ?? []))] };
});

/** Undefined for a server that is no more, or whose key has ended. */
async function taskOf(ctx: Pick<QueryCtx, "db">, instance: InstanceRow): Promise<contracts.Task | undefined> {
  const key = instance.keyId === undefined ? null : await findKey(ctx, instance.keyId);
  if (key === null || key.revokedAt !== undefined) return undefined;
  return { instance: instance._id, keyId: key.keyId, desired: await desiredOf(ctx, instance) };
}

async function noteShard(ctx: AuthedMutationCtx, shard: string): Promise<void> {
  const { tenantId } = ctx.principal;
  const at = Date.now();
  const row = await ctx.db
    .query("presenceShards")
    .withIndex("by_tenant_shard", (q) => q.eq("tenantId", tenantId).eq("shard", shard))
    .unique();
  if (row === null) await ctx.db.insert("presenceShards", { tenantId, shard, at });
  else await ctx.db.patch("presenceShards", row._id, { at });
}

/** Of servers whose shard says nothing nobody knows how they are. */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const silent = await ctx.db
      .query("presenceShards")
      .withIndex("by_at", (q) => q.lt("at", Date.now() - SHARD_SILENT_MS))
      .take(SHARDS_AT_ONCE);
    for (const { _id, shard } of silent) {
      const unsure = await ctx.db
        .query("instances")
        .withIndex("by_shard_health", (q) => q.eq("shard", shard).eq("health", "healthy"))
        .take(INSTANCES_AT_ONCE);
      for (const instance of unsure) await become(ctx, instance, "unknown", "the door has told nothing of it");
      // It comes back with the shard's next word.
      if (unsure.length < INSTANCES_AT_ONCE) await ctx.db.delete("presenceShards", _id);
    }
    if (silent.length === SHARDS_AT_ONCE) await ctx.scheduler.runAfter(0, internal.presence.sweep, {});
    return null;
  },
});

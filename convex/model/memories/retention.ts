/** How long memories and logs are kept, and what goes when that has passed: a page of each kind at a time. */
import type { Contract, ResultOf } from "@moorage/shared/contract";
import type * as contracts from "@moorage/shared/contracts/memory";
import type * as z from "zod";
import { internal } from "../../_generated/api.ts";
import type { Id } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";
import type { AuthedMutationCtx } from "../../lib/functions.ts";
import { given } from "../given.ts";
import { leaveLog } from "../logs/index.ts";
import { removeRow } from "./supersede.ts";

type Input<C extends Contract> = z.output<C["args"]>;
export type Retention = ResultOf<typeof contracts.retention>;

/** An expired memory is of no use but to whoever has its id; everything else is kept until somebody says otherwise. */
const DEFAULT: Retention = { logDays: null, pastDays: null, expiredDays: 30 };
const DAY_MS = 24 * 60 * 60 * 1000;
/** Rows of each kind that one transaction removes: 50 of 32 kB, their index and their neighbours'. */
const PAGE = 50;

export async function get(ctx: Pick<QueryCtx, "db">, tenantId: Id<"tenants">): Promise<Retention> {
  const row = await rowOf(ctx, tenantId);
  if (row === null) return DEFAULT;
  const { logDays, pastDays, expiredDays } = row;
  return { logDays, pastDays, expiredDays };
}

export async function set(ctx: AuthedMutationCtx, args: Input<typeof contracts.setRetention>): Promise<Retention> {
  const { tenantId } = ctx.principal;
  const row = await rowOf(ctx, tenantId);
  const retention = { ...(await get(ctx, tenantId)), ...given(args) };
  if (row === null) await ctx.db.insert("retentions", { tenantId, ...retention });
  else await ctx.db.patch("retentions", row._id, retention);
  ctx.subjects.push(...Object.entries(retention).map(([name, days]) => `${name}:${days ?? "forever"}`));
  return retention;
}

function rowOf(ctx: Pick<QueryCtx, "db">, tenantId: Id<"tenants">) {
  return ctx.db
    .query("retentions")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    .unique();
}

/** Forgets a page of everything that is too old; how many there were, none when nothing is left. */
export async function forgetOld(ctx: MutationCtx, tenantId: Id<"tenants">): Promise<number> {
  const { logDays, pastDays, expiredDays } = await get(ctx, tenantId);
  const counts = [
    expiredDays === null ? 0 : await forgetExpired(ctx, tenantId, before(expiredDays)),
    pastDays === null ? 0 : await forgetSuperseded(ctx, tenantId, before(pastDays)),
    pastDays === null ? 0 : await forgetVersions(ctx, tenantId, before(pastDays)),
    logDays === null ? 0 : await forgetLogs(ctx, tenantId, new Date(before(logDays)).toISOString().slice(0, 10)),
  ];
  return counts.reduce((sum, count) => sum + count, 0);
}

const before = (days: number) => Date.now() - days * DAY_MS;

async function forgetExpired(ctx: MutationCtx, tenantId: Id<"tenants">, until: number): Promise<number> {
  const rows = await ctx.db
    .query("memories")
    .withIndex("by_tenant_expiresAt", (q) => q.eq("tenantId", tenantId).gt("expiresAt", 0).lt("expiresAt", until))
    .take(PAGE);
  for (const { _id } of rows) await forgetMemory(ctx, _id);
  return rows.length;
}

async function forgetSuperseded(ctx: MutationCtx, tenantId: Id<"tenants">, until: number): Promise<number> {
  const rows = await ctx.db
    .query("memories")
    .withIndex("by_tenant_supersededAt", (q) =>
      q.eq("tenantId", tenantId).gt("supersededAt", 0).lt("supersededAt", until),
    )
    .take(PAGE);
  for (const { _id } of rows) await forgetMemory(ctx, _id);
  return rows.length;
}

/** Its history, which may be long, goes page by page on its own. */
async function forgetMemory(ctx: MutationCtx, id: Id<"memories">): Promise<void> {
  // One that went before it may have been linked to it.
  const row = (await ctx.db.get("memories", id))!;
  await removeRow(ctx, row);
  await ctx.scheduler.runAfter(0, internal.memory.forgetHistory, { memoryId: id, tenantId: row.tenantId });
}

/** A version is as old as the update that ended it. */
async function forgetVersions(ctx: MutationCtx, tenantId: Id<"tenants">, until: number): Promise<number> {
  const versions = await ctx.db
    .query("memoryVersions")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).lt("_creationTime", until))
    .take(PAGE);
  for (const { _id } of versions) {
    const indexed = await ctx.db
      .query("memoryIndex")
      .withIndex("by_version", (q) => q.eq("versionId", _id))
      .collect();
    for (const row of indexed) await ctx.db.delete("memoryIndex", row._id);
    await ctx.db.delete("memoryVersions", _id);
  }
  return versions.length;
}

async function forgetLogs(ctx: MutationCtx, tenantId: Id<"tenants">, day: string): Promise<number> {
  const entries = await ctx.db
    .query("logEntries")
    .withIndex("by_tenant_day", (q) => q.eq("tenantId", tenantId).lt("day", day))
    .take(PAGE);
  for (const { _id } of entries) {
    await leaveLog(ctx, _id);
    await ctx.db.delete("logEntries", _id);
  }
  if (entries.length > 0) return entries.length;
  const days = await ctx.db
    .query("logDays")
    .withIndex("by_tenant_day", (q) => q.eq("tenantId", tenantId).lt("day", day))
    .take(PAGE);
  for (const { _id } of days) await ctx.db.delete("logDays", _id);
  return days.length;
}

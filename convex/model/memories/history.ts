/** What a memory said before it was changed. */
import { byteLength } from "@moorage/shared/fields";
import { PAGE_ITEMS } from "@moorage/shared/limits";
import * as z from "zod";
import { internal } from "../../_generated/api.ts";
import type { Id } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { given } from "../given.ts";
import { fillPage, isPast, parseCursor } from "../pages.ts";
import { archive, forgetPast, leave } from "../recall/upkeep.ts";
import { presentFields, type Row, requireShown } from "./rows.ts";

/** How many old versions one transaction removes: 100 of 32 kB stay far below Convex's limits. */
const HISTORY_PAGE = 100;

const vVersionPlace = z.tuple([z.literal("v"), z.number(), z.string()]);
const BEFORE_ALL: z.infer<typeof vVersionPlace> = ["v", Number.MAX_SAFE_INTEGER, ""];

/** What a memory said before, newest first: beside the memory what fits with it, behind a cursor pages of their own. */
export async function history(ctx: AuthedQueryCtx, id: string, given: string | undefined) {
  const row = await requireShown(ctx, id);
  const asked = { id };
  const after = given === undefined ? undefined : parseCursor(given, vVersionPlace, asked);
  const versions = versionsOf(ctx, row._id, after?.[1]).order("desc");
  const { items, cursor } = await fillPage(versions, {
    asked,
    limit: PAGE_ITEMS,
    present: (version) => (isPast(version, after) ? undefined : presentFields(version)),
    bytesOf: (version) => byteLength(version.content),
    placeOf: (version) => ["v", version._creationTime, version._id],
    ...(after === undefined ? { beside: { bytes: byteLength(row.content), start: BEFORE_ALL } } : {}),
  });
  return { history: items, ...(cursor === undefined ? {} : { cursor }) };
}

/** Files what a memory says now, which search then finds among the past. */
export async function fileVersion(ctx: MutationCtx, row: Row, until: number): Promise<void> {
  const { tenantId, _id: memoryId, type, content, tags, importance, occurredAt, updatedAt, source } = row;
  const { project, pinned, expiresAt } = row;
  const versionId = await ctx.db.insert("memoryVersions", {
    ...{ tenantId, memoryId, type, content, tags, importance, occurredAt, source, updatedAt },
    ...given({ project, pinned, expiresAt }),
  });
  await leave(ctx, row);
  await archive(ctx, row, { versionId, until });
}

export async function forgetHistory(ctx: MutationCtx, memory: Pick<Row, "_id" | "tenantId">): Promise<void> {
  const versions = await versionsOf(ctx, memory._id).take(HISTORY_PAGE);
  for (const version of versions) await ctx.db.delete("memoryVersions", version._id);
  const indexed = await forgetPast(ctx, memory, HISTORY_PAGE);
  if (versions.length < HISTORY_PAGE && indexed < HISTORY_PAGE) return;
  await ctx.scheduler.runAfter(0, internal.memory.forgetHistory, { memoryId: memory._id, tenantId: memory.tenantId });
}

function versionsOf(ctx: Pick<QueryCtx, "db">, memoryId: Id<"memories">, until = Infinity) {
  return ctx.db
    .query("memoryVersions")
    .withIndex("by_memory", (q) => q.eq("memoryId", memoryId).lte("_creationTime", until));
}

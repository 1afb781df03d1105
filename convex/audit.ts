import * as contracts from "@moorage/shared/contracts/audit";
import { PAGE_ITEMS } from "@moorage/shared/limits";
import { v } from "convex/values";
import * as z from "zod";
import { internal } from "./_generated/api.ts";
import type { Doc, Id } from "./_generated/dataModel.ts";
import { internalAction, internalMutation, internalQuery } from "./_generated/server.ts";
import { type AuthedQueryCtx, authedMutation, authedQuery } from "./lib/functions.ts";
import { seal as sealRecords } from "./model/audit/seal.ts";
import { verify as verifyChain } from "./model/audit/verify.ts";
import { fillPage, parseCursor } from "./model/pages.ts";
import { requireUnbound } from "./model/principal.ts";
import { note } from "./model/refusals.ts";

/** Records in one seal, and pending ones looked at in one go. */
const SEALED = 50;
const BATCH = 500;
/** One run ends at some time; the next begins within a minute. */
const BATCHES = 20;

export const list = authedQuery(contracts.list, async (ctx, { since, until, limit = PAGE_ITEMS, cursor }) => {
  requireUnbound(ctx.principal);
  const { tenantId } = ctx.principal;
  const before = cursor === undefined ? Infinity : parseCursor(cursor, z.tuple([z.number()]))[0];
  const from = since === undefined ? 0 : Date.parse(since);
  const to = Math.min(before, until === undefined ? Infinity : Date.parse(until));
  const rows = ctx.db
    .query("auditRecords")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).gte("_creationTime", from).lt("_creationTime", to))
    .order("desc");
  const { items, ...next } = await fillPage(rows, {
    limit,
    present: (row) => row,
    bytesOf: (row) => 400 + row.subjects.join().length,
    placeOf: ({ _creationTime }) => [_creationTime],
  });
  return { records: await Promise.all(items.map((row) => present(ctx, row))), ...next };
});

export const verify = authedQuery(contracts.verify, (ctx, { cursor }) => verifyChain(ctx, cursor));

export const refusals = authedMutation(contracts.refusals, async (ctx, { refusals: told }) => {
  let noted = 0;
  for (const refusal of told) if (await note(ctx, refusal)) noted++;
  return { noted };
});

/** Seals what is pending. Without a key nothing is sealed, and `audit:verify` says how much is waiting. */
export const seal = internalAction({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    if (process.env["MOORAGE_AUDIT_KEYS"] === undefined) return null;
    for (let batch = 0; batch < BATCHES; batch++) {
      const pending: { id: Id<"auditPending">; tenantId: Id<"tenants"> }[] = await ctx.runQuery(
        internal.audit.pending,
        {},
      );
      for (const [tenantId, rows] of Map.groupBy(pending, (row) => row.tenantId)) {
        for (let from = 0; from < rows.length; from += SEALED) {
          const ids = rows.slice(from, from + SEALED).map(({ id }) => id);
          await ctx.runMutation(internal.audit.sealSome, { tenantId, pending: ids });
        }
      }
      if (pending.length < BATCH) return null;
    }
    return null;
  },
});

export const pending = internalQuery({
  args: {},
  returns: v.array(v.object({ id: v.id("auditPending"), tenantId: v.id("tenants") })),
  handler: async (ctx) => {
    const rows = await ctx.db.query("auditPending").take(BATCH);
    return rows.map(({ _id, tenantId }) => ({ id: _id, tenantId }));
  },
});

export const sealSome = internalMutation({
  args: { tenantId: v.id("tenants"), pending: v.array(v.id("auditPending")) },
  returns: v.null(),
  handler: async (ctx, args) => {
    await sealRecords(ctx, args);
    return null;
  },
});

async function present(ctx: AuthedQueryCtx, row: Doc<"auditRecords">) {
  const waiting = await ctx.db
    .query("auditPending")
    .withIndex("by_record", (q) => q.eq("recordId", row._id))
    .unique();
  const { _id, _creationTime, tenantId: _, ...fields } = row;
  return { id: _id, at: new Date(_creationTime).toISOString(), ...fields, sealed: waiting === null };
}

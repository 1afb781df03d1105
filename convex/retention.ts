import { v } from "convex/values";
import { internal } from "./_generated/api.ts";
import { internalMutation } from "./_generated/server.ts";
import { forgetOld } from "./model/memories/retention.ts";

const TENANTS = 100;

/** Starts a sweep for every tenant, a page of them at a time; each goes its own way. */
export const sweep = internalMutation({
  args: { after: v.optional(v.number()) },
  returns: v.null(),
  handler: async (ctx, { after }) => {
    const tenants = await ctx.db
      .query("tenants")
      .withIndex("by_creation_time", (q) => q.gt("_creationTime", after ?? 0))
      .take(TENANTS);
    for (const { _id: tenantId } of tenants)
      await ctx.scheduler.runAfter(0, internal.retention.sweepTenant, { tenantId });
    const last = tenants.at(-1);
    if (tenants.length === TENANTS && last !== undefined)
      await ctx.scheduler.runAfter(0, internal.retention.sweep, { after: last._creationTime });
    return null;
  },
});

export const sweepTenant = internalMutation({
  args: { tenantId: v.id("tenants") },
  returns: v.null(),
  handler: async (ctx, { tenantId }) => {
    const mayBeMore = await forgetOld(ctx, tenantId);
    if (mayBeMore) await ctx.scheduler.runAfter(0, internal.retention.sweepTenant, { tenantId });
    return null;
  },
});

import { v } from "convex/values";
import { internal } from "./_generated/api.ts";
import { internalMutation } from "./_generated/server.ts";

/** No client repeats a call a day later. */
const KEPT_MS = 24 * 60 * 60 * 1000;
const PAGE = 500;

/** Removes old receipts, a page at a time. */
export const expire = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const old = await ctx.db
      .query("receipts")
      .withIndex("by_creation_time", (q) => q.lt("_creationTime", Date.now() - KEPT_MS))
      .take(PAGE);
    for (const receipt of old) await ctx.db.delete("receipts", receipt._id);
    if (old.length === PAGE) await ctx.scheduler.runAfter(0, internal.receipts.expire, {});
    return null;
  },
});

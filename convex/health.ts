import { v } from "convex/values";
import { internalMutation } from "./_generated/server.ts";
import * as health from "./model/health.ts";
import * as heard from "./model/server/heard.ts";

/** Scheduled with a change of a server's health. */
export const settle = internalMutation({
  args: { instanceId: v.id("instances") },
  returns: v.null(),
  handler: async (ctx, { instanceId }) => {
    await health.settle(ctx, instanceId);
    return null;
  },
});

/** Scheduled when a server was switched on. */
export const missed = internalMutation({
  args: { instanceId: v.id("instances"), since: v.number() },
  returns: v.null(),
  handler: async (ctx, { instanceId, since }) => {
    const instance = await ctx.db.get("instances", instanceId);
    if (instance !== null) await heard.missed(ctx, instance, since);
    return null;
  },
});

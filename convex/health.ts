import { v } from "convex/values";
import { internalMutation } from "./_generated/server.ts";
import * as health from "./model/health.ts";

/** Scheduled with a change of a server's health. */
export const settle = internalMutation({
  args: { instanceId: v.id("instances") },
  returns: v.null(),
  handler: async (ctx, { instanceId }) => {
    await health.settle(ctx, instanceId);
    return null;
  },
});

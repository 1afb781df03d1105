import { mutationGeneric } from "convex/server";
import { v } from "convex/values";

export const add = mutationGeneric({
  args: { number: v.number() },
  handler: async (ctx, { number }) => {
    await ctx.db.insert("halves", { number, half: "first" });
    await ctx.db.insert("halves", { number, half: "second" });
    return null;
  },
});

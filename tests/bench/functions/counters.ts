import { mutationGeneric } from "convex/server";
import { v } from "convex/values";

export const add = mutationGeneric({
  args: { name: v.string(), value: v.number() },
  returns: v.id("counters"),
  handler: (ctx, counter) => ctx.db.insert("counters", counter),
});

/** What somebody with the database in hand could do: reads and writes rows past everything that guards them. */
import { modules } from "@moorage/convex/modules.map";
import { internalMutationGeneric, internalQueryGeneric } from "convex/server";
import { v } from "convex/values";

const rows = internalQueryGeneric({
  args: { table: v.string() },
  returns: v.any(),
  handler: (ctx, { table }) => ctx.db.query(table).collect(),
});

const patch = internalMutationGeneric({
  args: { table: v.string(), id: v.any(), fields: v.any() },
  returns: v.null(),
  handler: async (ctx, { id, fields }) => {
    await ctx.db.patch(id, fields);
    return null;
  },
});

const remove = internalMutationGeneric({
  args: { id: v.any() },
  returns: v.null(),
  handler: async (ctx, { id }) => {
    await ctx.db.delete(id);
    return null;
  },
});

export const tamperable = { ...modules, "./tamper.ts": async () => ({ rows, patch, remove }) };

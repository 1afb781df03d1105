import {
  type DataModelFromSchemaDefinition,
  type MutationBuilder,
  mutationGeneric,
  type QueryBuilder,
  queryGeneric,
} from "convex/server";
import { v } from "convex/values";
import type schema from "./schema.ts";

type DataModel = DataModelFromSchemaDefinition<typeof schema>;
const query = queryGeneric as QueryBuilder<DataModel, "public">;
const mutation = mutationGeneric as MutationBuilder<DataModel, "public">;

const vNote = v.object({ number: v.number(), owner: v.string(), group: v.number(), body: v.string() });

export const load = mutation({
  args: { notes: v.array(vNote) },
  handler: async (ctx, { notes }) => {
    for (const note of notes) await ctx.db.insert("notes", note);
    return null;
  },
});

export const get = query({
  args: { id: v.id("notes") },
  handler: (ctx, { id }) => ctx.db.get("notes", id),
});

/** Many reads in one query: what a read alone costs, without the call round it. */
export const getEach = query({
  args: { ids: v.array(v.id("notes")) },
  handler: async (ctx, { ids }) => {
    let found = 0;
    for (const id of ids) if ((await ctx.db.get("notes", id)) !== null) found++;
    return found;
  },
});

export const byNumber = query({
  args: { number: v.number() },
  handler: (ctx, { number }) =>
    ctx.db
      .query("notes")
      .withIndex("by_number", (q) => q.eq("number", number))
      .unique(),
});

export const byNumberEach = query({
  args: { numbers: v.array(v.number()) },
  handler: async (ctx, { numbers }) => {
    let found = 0;
    for (const number of numbers) {
      const row = await ctx.db
        .query("notes")
        .withIndex("by_number", (q) => q.eq("number", number))
        .unique();
      if (row !== null) found++;
    }
    return found;
  },
});

export const range = query({
  args: { owner: v.string() },
  handler: (ctx, { owner }) =>
    ctx.db
      .query("notes")
      .withIndex("by_owner", (q) => q.eq("owner", owner))
      .take(20),
});

export const search = query({
  args: { text: v.string(), group: v.optional(v.number()) },
  handler: (ctx, { text, group }) =>
    ctx.db
      .query("notes")
      .withSearchIndex("body", (q) => {
        const all = q.search("body", text);
        return group === undefined ? all : all.eq("group", group);
      })
      .take(10),
});

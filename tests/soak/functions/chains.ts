import {
  type ActionBuilder,
  type DataModelFromSchemaDefinition,
  internalActionGeneric,
  internalMutationGeneric,
  internalQueryGeneric,
  type MutationBuilder,
  makeFunctionReference,
  type QueryBuilder,
} from "convex/server";
import { v } from "convex/values";
import type schema from "./schema.ts";

type DataModel = DataModelFromSchemaDefinition<typeof schema>;
const mutation = internalMutationGeneric as MutationBuilder<DataModel, "internal">;
const query = internalQueryGeneric as QueryBuilder<DataModel, "internal">;
const action = internalActionGeneric as ActionBuilder<DataModel, "internal">;

const TRACES_KEPT = 20;
const LONGEST_DELAY_MS = 20;

const runRef = makeFunctionReference<"mutation", { chain: number; hop: boolean }>("chains:run");
const hopRef = makeFunctionReference<"action", { chain: number }>("chains:hop");

/** One run of a chain. Every other chain hops through an action on its way to the next. */
export const run = mutation({
  args: { chain: v.number(), hop: v.boolean() },
  handler: async (ctx, { chain, hop }) => {
    if ((await ctx.db.query("stops").first()) !== null) return null;
    const row = await ctx.db
      .query("chains")
      .withIndex("by_chain", (q) => q.eq("chain", chain))
      .unique();
    const runs = (row?.runs ?? 0) + 1;
    if (row === null) await ctx.db.insert("chains", { chain, runs });
    else await ctx.db.patch("chains", row._id, { runs });
    await ctx.db.insert("traces", { chain, run: runs });
    const old = await ctx.db
      .query("traces")
      .withIndex("by_chain", (q) => q.eq("chain", chain).lte("run", runs - TRACES_KEPT))
      .collect();
    for (const trace of old) await ctx.db.delete("traces", trace._id);
    const delay = Math.random() * LONGEST_DELAY_MS;
    if (hop) await ctx.scheduler.runAfter(delay, hopRef, { chain });
    else await ctx.scheduler.runAfter(delay, runRef, { chain, hop });
    return null;
  },
});

export const hop = action({
  args: { chain: v.number() },
  handler: async (ctx, { chain }) => {
    await ctx.runMutation(runRef, { chain, hop: true });
    return null;
  },
});

export const totals = query({
  args: {},
  handler: async (ctx) => {
    const chains = await ctx.db.query("chains").collect();
    const traces = await ctx.db.query("traces").collect();
    return { runs: chains.reduce((sum, { runs }) => sum + runs, 0), chains: chains.length, traces: traces.length };
  },
});

export const stop = mutation({
  args: {},
  handler: async (ctx) => {
    await ctx.db.insert("stops", {});
    return null;
  },
});

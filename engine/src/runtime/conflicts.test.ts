import { defineSchema, defineTable, makeFunctionReference, mutationGeneric } from "convex/server";
import { v } from "convex/values";
import { expect, it } from "vitest";
import { openEngine } from "../testing/open-engine.ts";

const schema = defineSchema({
  rows: defineTable({ key: v.string(), text: v.string() })
    .index("by_key", ["key"])
    .searchIndex("text", { searchField: "text" }),
});

const rows = {
  insert: mutationGeneric({
    args: { key: v.string() },
    handler: (ctx, { key }) => ctx.db.insert("rows", { key, text: `about ${key}` }),
  }),
  insertOnce: mutationGeneric({
    args: { key: v.string() },
    handler: async (ctx, { key }) => {
      const found = await ctx.db
        .query("rows")
        .withIndex("by_key", (q) => q.eq("key", key))
        .unique();
      if (found === null) await ctx.db.insert("rows", { key, text: "" });
    },
  }),
  countAll: mutationGeneric({ handler: async (ctx) => (await ctx.db.query("rows").collect()).length }),
  takeOne: mutationGeneric({ handler: async (ctx) => (await ctx.db.query("rows").take(1)).length }),
  find: mutationGeneric({
    args: { words: v.string() },
    handler: async (ctx, { words }) =>
      (
        await ctx.db
          .query("rows")
          .withSearchIndex("text", (q) => q.search("text", words))
          .collect()
      ).length,
  }),
  rename: mutationGeneric({
    args: { id: v.id("rows"), key: v.string() },
    handler: (ctx, { id, key }) => ctx.db.patch(id, { key }),
  }),
  insertAndFail: mutationGeneric({
    handler: async (ctx) => {
      await ctx.runMutation(makeFunctionReference<"mutation">("rows:failing")).catch(() => {});
    },
  }),
  failing: mutationGeneric({
    handler: async (ctx) => {
      await ctx.db.insert("rows", { key: "x", text: "" });
      throw new Error("undone");
    },
  }),
};

async function conflict(first: [string, object?], second: [string, object?]): Promise<string[]> {
  const engine = openEngine({ rows }, { schema, recordConflicts: true });
  await engine.mutation("rows:insert", { key: "seed" });
  engine.conflicts.take();
  await engine.mutation(first[0], (first[1] ?? {}) as never);
  await engine.mutation(second[0], (second[1] ?? {}) as never);
  const [a, b] = engine.conflicts.take();
  if (a === undefined || b === undefined) throw new Error("two mutations were to be recorded");
  return engine.conflicts.between(a, b);
}

it("inserts never conflict with each other", async () => {
  expect(await conflict(["rows:insert", { key: "a" }], ["rows:insert", { key: "a" }])).toEqual([]);
});

it("a check for uniqueness conflicts over the same key only", async () => {
  expect(await conflict(["rows:insertOnce", { key: "a" }], ["rows:insertOnce", { key: "a" }])).toEqual(["rows.by_key"]);
  expect(await conflict(["rows:insertOnce", { key: "a" }], ["rows:insertOnce", { key: "b" }])).toEqual([]);
});

it("reading a whole table conflicts with every insert, reading its first row does not", async () => {
  expect(await conflict(["rows:countAll"], ["rows:insert", { key: "a" }])).toEqual(["rows"]);
  expect(await conflict(["rows:takeOne"], ["rows:insert", { key: "a" }])).toEqual([]);
});

it("patching reads the row it patches", async () => {
  const engine = openEngine({ rows }, { schema, recordConflicts: true });
  const id = await engine.mutation("rows:insert", { key: "seed" });
  engine.conflicts.take();
  await engine.mutation("rows:rename", { id, key: "a" });
  await engine.mutation("rows:rename", { id, key: "b" });
  const [a, b] = engine.conflicts.take();
  if (a === undefined || b === undefined) throw new Error("two mutations were to be recorded");
  expect(engine.conflicts.between(a, b)).toEqual(["rows"]);
});

it("a search conflicts with documents that hold one of its words", async () => {
  expect(await conflict(["rows:find", { words: "about nothing" }], ["rows:insert", { key: "a" }])).toEqual([
    "rows.text",
  ]);
  expect(await conflict(["rows:find", { words: "unrelated words" }], ["rows:insert", { key: "a" }])).toEqual([]);
});

it("writes of a nested mutation that failed do not count", async () => {
  expect(await conflict(["rows:insertAndFail"], ["rows:countAll"])).toEqual([]);
});

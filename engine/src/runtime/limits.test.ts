import { makeFunctionReference, mutationGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";
import { describe, expect, it } from "vitest";
import { openEngine } from "../testing/open-engine.ts";
import type { TransactionLimit } from "../types.ts";

// biome-ignore lint/suspicious/noExplicitAny: the ctx of an app without generated types
type Ctx = any;

const items = {
  readAll: queryGeneric({ args: {}, handler: async (ctx) => (await ctx.db.query("items").collect()).length }),
  insert: mutationGeneric({
    args: { count: v.number(), fails: v.optional(v.boolean()) },
    handler: async (ctx, { count, fails }) => {
      for (let i = 0; i < count; i++) await ctx.db.insert("items", { text: "x".repeat(100) });
      if (fails) throw new Error("taken back");
    },
  }),
  noop: mutationGeneric({ args: { text: v.optional(v.string()) }, handler: () => null }),
};
const readAll = makeFunctionReference<"query">("items:readAll");
const insert = makeFunctionReference<"mutation">("items:insert");
const noop = makeFunctionReference<"mutation">("items:noop");

const open = (limits: boolean | Partial<Record<TransactionLimit, number>> = true) => openEngine({ items }, { limits });
const insertMany = (count: number) => async (ctx: Ctx) => {
  for (let i = 0; i < count; i++) await ctx.db.insert("items", { text: "x".repeat(100) });
};

describe("limits", () => {
  it.each<[Partial<Record<TransactionLimit, number>>, (ctx: Ctx) => Promise<unknown>, string]>([
    [{ documentsWritten: 3 }, insertMany(4), "Too many writes in a single function execution (limit: 3)"],
    [{ bytesWritten: 300 }, insertMany(4), "Too many bytes written in a single function execution (limit: 300 bytes)"],
    [
      { functionsScheduled: 1 },
      async (ctx) => {
        await ctx.scheduler.runAfter(0, noop, {});
        await ctx.scheduler.runAfter(0, noop, {});
      },
      "Too many functions scheduled by this mutation (limit: 1)",
    ],
    [
      { scheduledFunctionArgsBytes: 50 },
      (ctx) => ctx.scheduler.runAfter(0, noop, { text: "x".repeat(100) }),
      "Too large total size of the arguments of scheduled functions from this mutation (limit: 50 bytes)",
    ],
    [{ fileWriteBytes: 10 }, (ctx) => ctx.storage.store(new Blob(["x".repeat(20)])), "Too many bytes written to files"],
  ])("of %o hold for mutations, which then leave nothing", async (limits, run, message) => {
    const engine = open(limits);
    await expect(engine.inline("mutation", run)).rejects.toThrow(message);
    expect(await engine.query("items:readAll")).toBe(0);
  });

  it.each<[Partial<Record<TransactionLimit, number>>, string]>([
    [{ documentsRead: 5 }, "Too many documents read in a single function execution (limit: 5)"],
    [{ bytesRead: 500 }, "Too many bytes read in a single function execution (limit: 500 bytes)"],
    [{ databaseQueries: 0 }, "Too many reads in a single function execution (limit: 0)"],
  ])("of %o hold for queries", async (limits, message) => {
    const engine = open(limits);
    await engine.inline("mutation", insertMany(10));
    await expect(engine.query("items:readAll")).rejects.toThrow(message);
  });

  it("are Convex's by default, and none but those of single values when switched off", async () => {
    const tooMany = insertMany(16_001);
    await expect(open().inline("mutation", tooMany)).rejects.toThrow("(limit: 16000)");
    const free = open(false);
    await free.inline("mutation", tooMany);
    await expect(
      free.inline("mutation", (ctx) => ctx.db.insert("items", { text: "x".repeat(1 << 20) })),
    ).rejects.toThrow("Value is too large (1.00 MiB > maximum size 1 MiB)");
  });

  it("of values hold for arguments and results", async () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
    const echo = { echo: queryGeneric({ args: { value: v.any() }, handler: (_ctx, { value }) => value }) };
    const engine = openEngine({ echo });
    await expect(engine.query("echo:echo", { value: deep(63) as never })).rejects.toThrow(
      "Value is too nested (nested 65 levels deep > maximum nesting 64)",
    );
    await expect(engine.query("echo:echo", { value: new Array(8193).fill(0) })).rejects.toThrow(
      "Array length is too long (8193 > maximum length 8192)",
    );
  });
});

describe("a nested call's own limits", () => {
  it("are tighter than its caller's and do not outlive it", async () => {
    const engine = open(false);
    await engine.inline("mutation", insertMany(10));
    const nested = (documentsRead: number) =>
      engine.inline("query", async (ctx) => {
        const read = await ctx.runQuery(readAll, {}, { transactionLimits: { documentsRead } });
        return read + (await ctx.db.query("items").collect()).length;
      });
    expect(await nested(10)).toBe(20);
    await expect(nested(9)).rejects.toThrow("Too many documents read");
  });

  it("cannot be wider than its caller's", async () => {
    const engine = open({ documentsRead: 5 });
    await engine.inline("mutation", insertMany(10));
    const nested = engine.inline("query", (ctx) =>
      ctx.runQuery(readAll, {}, { transactionLimits: { documentsRead: 100 } }),
    );
    await expect(nested).rejects.toThrow("(limit: 5)");
  });
});

it("writes that were taken back no longer count, reads do", async () => {
  const used = await open({ documentsWritten: 5 }).inline("mutation", async (ctx) => {
    await ctx.runMutation(insert, { count: 4, fails: true }).catch(() => undefined);
    await insertMany(4)(ctx);
    await ctx.runQuery(readAll, {});
    const { documentsWritten, documentsRead } = await ctx.meta.getTransactionMetrics();
    return [documentsWritten, documentsRead.used];
  });
  expect(used).toEqual([{ used: 4, remaining: 1 }, 4]);
});

it.each([
  ["insert", { documentsWritten: 3 }, ["a", "b", "b"]],
  ["insert of too many bytes", { bytesWritten: 500 }, ["a", "b"]],
  ["patch", { documentsWritten: 2 }, ["a", "b"]],
  ["replace", { documentsWritten: 2 }, ["a", "b"]],
  ["delete", { documentsWritten: 2 }, ["a", "b"]],
])("a refused write does not happen, though the function goes on: %s", async (what, limits, left) => {
  const engine = openEngine({}, { limits });
  const rows = await engine.inline("mutation", async (ctx) => {
    const id = await ctx.db.insert("rows", { name: "a" });
    await ctx.db.insert("rows", { name: "b" });
    const write = {
      insert: () => ctx.db.insert("rows", { name: "b" }),
      "insert of too many bytes": () => ctx.db.insert("rows", { name: "x".repeat(500) }),
      patch: () => ctx.db.patch(id, { name: "changed" }),
      replace: () => ctx.db.replace(id, { name: "changed" }),
      delete: () => ctx.db.delete(id),
    }[what] as () => Promise<unknown>;
    for (let i = 0; i < 3; i++) await write().catch(() => {});
    return ctx.db.query("rows").collect();
  });
  expect((rows as { name: string }[]).map(({ name }) => name)).toEqual(left);
});

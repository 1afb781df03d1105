import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { describe, expect, it } from "vitest";
import { openEngine, temporaryFile } from "../testing/open-engine.ts";

const schema = defineSchema({ counters: defineTable({ name: v.string(), n: v.number() }).index("by_name", ["name"]) });
const storages = [
  ["memory", () => ({ kind: "memory" as const })],
  ["a file", () => ({ kind: "file" as const, path: temporaryFile() })],
] as const;

describe.each(storages)("transactions in %s", (_name, storage) => {
  const open = () => openEngine({}, { schema, storage: storage() });

  it("that read and write the same row, many at once, lose no update", async () => {
    const engine = open();
    const id = await engine.inline("mutation", (ctx) => ctx.db.insert("counters", { name: "a", n: 0 }));
    const increment = () =>
      engine.inline("mutation", async (ctx) => {
        const { n } = await ctx.db.get(id);
        await ctx.db.patch(id, { n: n + 1 });
        return n;
      });
    const before = await Promise.all(Array.from({ length: 100 }, increment));
    expect(before.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it("leave nothing when one of many that commit together throws", async () => {
    const engine = open();
    const insert = (n: number) =>
      engine.inline("mutation", async (ctx) => {
        await ctx.db.insert("counters", { name: "b", n });
        if (n % 3 === 0) throw new Error("no");
      });
    const results = await Promise.allSettled(Array.from({ length: 30 }, (_, n) => insert(n)));
    const kept = await engine.inline("query", (ctx) =>
      ctx.db
        .query("counters")
        .withIndex("by_name", (q: { eq: (f: string, v: string) => unknown }) => q.eq("name", "b"))
        .collect(),
    );
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(10);
    expect(kept.map(({ n }: { n: number }) => n)).toEqual(
      Array.from({ length: 30 }, (_, n) => n).filter((n) => n % 3 !== 0),
    );
  });

  it("of queries see one state, whatever is committed meanwhile", async () => {
    const engine = open();
    const started = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const count = async (ctx: { db: { query: (table: string) => { collect: () => Promise<unknown[]> } } }) =>
      (await ctx.db.query("counters").collect()).length;
    const query = engine.inline("query", async (ctx) => {
      const before = await count(ctx);
      started.resolve();
      await written.promise;
      return [before, await count(ctx)];
    });
    await started.promise;
    await engine.inline("mutation", (ctx) => ctx.db.insert("counters", { name: "c", n: 1 }));
    written.resolve();
    expect(await query).toEqual([0, 0]);
    expect(await engine.inline("query", count)).toBe(1);
  });

  it("give creation times that grow with every document", async () => {
    const engine = open();
    const insertThree = () =>
      engine.inline("mutation", async (ctx) => {
        for (let n = 0; n < 3; n++) await ctx.db.insert("counters", { name: "d", n });
      });
    await Promise.all([insertThree(), insertThree()]);
    await insertThree();
    const times: number[] = await engine.inline("query", async (ctx) =>
      (await ctx.db.query("counters").collect()).map((d: { _creationTime: number }) => d._creationTime),
    );
    expect(times).toHaveLength(9);
    times.slice(1).forEach((time, i) => {
      expect(time).toBeGreaterThan(times[i] as number);
    });
  });

  it("of different engines share nothing", async () => {
    const [a, b] = [open(), open()];
    await a.inline("mutation", (ctx) => ctx.db.insert("counters", { name: "e", n: 1 }));
    expect(await b.inline("query", async (ctx) => (await ctx.db.query("counters").collect()).length)).toBe(0);
  });
});

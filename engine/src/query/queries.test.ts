import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { describe, expect, it } from "vitest";
import type { Engine } from "../index.ts";
import { openEngine } from "../testing/open-engine.ts";

const schema = defineSchema({
  items: defineTable({
    a: v.optional(v.number()),
    b: v.optional(v.union(v.string(), v.null())),
    nested: v.optional(v.object({ c: v.number() })),
  })
    .index("by_a", ["a"])
    .index("by_a_b", ["a", "b"])
    .index("by_c", ["nested.c"]),
  others: defineTable({}),
});

// biome-ignore lint/suspicious/noExplicitAny: the ctx and query of an app without generated types
type Loose = any;
type Item = { a?: number; b?: string | null; nested?: { c: number } };

async function openWith(items: Item[]): Promise<Engine> {
  const engine = openEngine({}, { schema });
  await engine.inline("mutation", async (ctx) => {
    for (const item of items) await ctx.db.insert("items", item);
  });
  return engine;
}

const run = (engine: Engine, query: (db: Loose) => Promise<Loose>): Promise<Loose> =>
  engine.inline("query", (ctx) => query(ctx.db));
const as = (docs: Loose[]): number[] => docs.map(({ a }) => a);

describe("index ranges", () => {
  const range = async (build: (q: Loose) => unknown, index = "by_a_b") => {
    const engine = await openWith([{ a: 1, b: "x" }, { a: 1, b: "y" }, { a: 1 }, { a: 1, b: null }, { a: 2 }, {}]);
    const docs = await run(engine, (db) => db.query("items").withIndex(index, build).collect());
    return docs.map(({ a, b }: Item) => [a, b]);
  };

  it("tell a missing field from null", async () => {
    expect(await range((q) => q.eq("a", 1).eq("b", undefined))).toEqual([[1, undefined]]);
    expect(await range((q) => q.eq("a", 1).eq("b", null))).toEqual([[1, null]]);
    expect(await range((q) => q.eq("a", 1).gt("b", undefined))).toEqual([
      [1, null],
      [1, "x"],
      [1, "y"],
    ]);
    expect(await range((q) => q.eq("a", undefined))).toEqual([[undefined, undefined]]);
  });

  it("may have a lower and an upper bound", async () => {
    expect(await range((q) => q.eq("a", 1).gte("b", "x").lt("b", "y"))).toEqual([[1, "x"]]);
    expect(await range((q) => q.gt("a", 1).lte("a", 5))).toEqual([[2, undefined]]);
  });

  it("reach into objects", async () => {
    const engine = await openWith([{ nested: { c: 1 } }, { nested: { c: 2 } }, {}]);
    const docs = await run(engine, (db) =>
      db
        .query("items")
        .withIndex("by_c", (q: Loose) => q.gte("nested.c", 2))
        .collect(),
    );
    expect(docs).toMatchObject([{ nested: { c: 2 } }]);
  });

  it.each<[string, (q: Loose) => unknown, string]>([
    ["two lower bounds", (q) => q.gt("a", 1).gt("a", 2), "Already defined lower bound in index range."],
    ["two upper bounds", (q) => q.lt("a", 1).lt("a", 2), "Already defined upper bound in index range."],
    ["fields out of order", (q) => q.eq("b", "x"), "b"],
    ["an equality after a bound", (q) => q.gt("a", 1).eq("b", "x"), "b"],
  ])("with %s are refused", async (_what, build, message) => {
    await expect(range(build)).rejects.toThrow(message);
  });

  it("of an index that is not there are refused by its name", async () => {
    await expect(range((q) => q, "by_nothing")).rejects.toThrow("by_nothing");
  });

  it("exist for creation times and ids without being declared", async () => {
    const engine = await openWith([{ a: 1 }, { a: 2 }, { a: 3 }]);
    const [first, second] = await run(engine, (db) => db.query("items").collect());
    const after = await run(engine, (db) =>
      db
        .query("items")
        .withIndex("by_creation_time", (q: Loose) => q.gt("_creationTime", first._creationTime))
        .collect(),
    );
    expect(as(after)).toEqual([2, 3]);
    const byId = await run(engine, (db) =>
      db
        .query("items")
        .withIndex("by_id", (q: Loose) => q.eq("_id", second._id))
        .collect(),
    );
    expect(as(byId)).toEqual([2]);
  });
});

it.each([
  ["by_a", ["a"]],
  ["by_creation_time", []],
])("a range of %s may go as far as the id, with which every index ends", async (index, fields) => {
  const engine = await openWith([{ a: 1 }, { a: 1 }, { a: 2 }]);
  const [, doc, other] = await run(engine, (db) => db.query("items").collect());
  const prefix = [...fields, "_creationTime"];
  const found = (build: (q: Loose) => Loose) =>
    run(engine, (db) =>
      db
        .query("items")
        .withIndex(index, (q: Loose) => build(prefix.reduce((range, field) => range.eq(field, doc[field]), q)))
        .collect(),
    );
  expect(await found((q) => q.eq("_id", doc._id))).toEqual([doc]);
  expect(await found((q) => q.gte("_id", doc._id).lte("_id", doc._id))).toEqual([doc]);
  expect(await found((q) => q.gt("_id", "").lt("_id", "z"))).toEqual([doc]);
  expect(await found((q) => q.eq("_id", other._id))).toEqual([]);
  expect(await found((q) => q.gt("_id", doc._id))).toEqual([]);
  expect(await found((q) => q.lt("_id", doc._id))).toEqual([]);
  await expect(found((q) => q.eq("b", 1))).rejects.toThrow("doesn't index this field");
});

describe("results", () => {
  it("of unique are one document, none or an error", async () => {
    const engine = await openWith([{ a: 1 }, { a: 1 }, { a: 2 }]);
    const unique = (a: number) =>
      run(engine, (db) =>
        db
          .query("items")
          .withIndex("by_a", (q: Loose) => q.eq("a", a))
          .unique(),
      );
    expect(await unique(2)).toMatchObject({ a: 2 });
    expect(await unique(3)).toBeNull();
    await expect(unique(1)).rejects.toThrow("unique() query returned more than one result");
  });

  it("come one by one where they are asked for so", async () => {
    const engine = await openWith([{ a: 1 }, { a: 2 }, { a: 3 }]);
    const seen = await run(engine, async (db) => {
      const found: number[] = [];
      for await (const { a } of db.query("items").order("desc")) {
        found.push(a);
        if (found.length === 2) break;
      }
      return found;
    });
    expect(seen).toEqual([3, 2]);
  });

  it("of a table nobody has written to are none", async () => {
    const engine = openEngine({});
    expect(await run(engine, (db) => db.query("nowhere").collect())).toEqual([]);
  });

  it("hold what the same mutation wrote before", async () => {
    const engine = await openWith([{ a: 1 }]);
    const seen = await engine.inline("mutation", async (ctx) => {
      const [first] = await ctx.db.query("items").collect();
      await ctx.db.patch(first._id, { a: 5 });
      const id = await ctx.db.insert("items", { a: 4 });
      const sorted = await ctx.db.query("items").withIndex("by_a").collect();
      await ctx.db.delete(id);
      return [as(sorted), as(await ctx.db.query("items").withIndex("by_a").collect())];
    });
    expect(seen).toEqual([[4, 5], [5]]);
  });
});

describe("filters", () => {
  const filter = async (build: (q: Loose) => unknown) => {
    const engine = await openWith([{ a: 1, b: "x" }, { a: 2, b: null }, { a: 3 }, { b: "y" }]);
    return as(await run(engine, (db) => db.query("items").filter(build).collect()));
  };

  it("combine comparisons and arithmetic", async () => {
    expect(await filter((q) => q.and(q.gt(q.field("a"), 1), q.lt(q.field("a"), 3)))).toEqual([2]);
    expect(await filter((q) => q.or(q.eq(q.field("a"), 1), q.eq(q.field("a"), 3)))).toEqual([1, 3]);
    expect(await filter((q) => q.not(q.eq(q.field("b"), "x")))).toEqual([2, 3, undefined]);
    expect(await filter((q) => q.eq(q.field("b"), undefined))).toEqual([3]);
    expect(await filter((q) => q.and(q.neq(q.field("a"), undefined), q.eq(q.mod(q.field("a"), 2), 1)))).toEqual([1, 3]);
    expect(
      await filter((q) => q.and(q.neq(q.field("a"), undefined), q.eq(q.add(q.mul(q.field("a"), 2), q.neg(1)), 3))),
    ).toEqual([2]);
  });

  it("refuse arithmetic on what is no number, and conditions that are no booleans", async () => {
    await expect(filter((q) => q.eq(q.add(q.field("b"), 1), 2))).rejects.toThrow();
    await expect(filter((q) => q.and(q.field("a"), true))).rejects.toThrow();
  });
});

describe("pages", () => {
  const twelve = () => openWith(Array.from({ length: 12 }, (_, a) => ({ a })));
  const page = (engine: Engine, options: object, build = (db: Loose) => db.query("items").withIndex("by_a")) =>
    engine.inline("query", (ctx) => build(ctx.db).paginate({ numItems: 5, cursor: null, ...options }));

  it("go on where the one before ended, also when documents came and went meanwhile", async () => {
    const engine = await twelve();
    const first = await page(engine, {});
    await engine.inline("mutation", async (ctx) => {
      await ctx.db.delete(first.page[4]._id);
      await ctx.db.insert("items", { a: 4.5 });
      await ctx.db.insert("items", { a: 1.5 });
    });
    const second = await page(engine, { cursor: first.continueCursor });
    expect(as(second.page)).toEqual([4.5, 5, 6, 7, 8]);
    expect(second.isDone).toBe(false);
    const last = await page(engine, { cursor: second.continueCursor });
    expect([as(last.page), last.isDone]).toEqual([[9, 10, 11], true]);
  });

  it("end at a given cursor, whatever their size", async () => {
    const engine = await twelve();
    const first = await page(engine, {});
    await engine.inline("mutation", (ctx) => ctx.db.insert("items", { a: 2.5 }));
    const again = await page(engine, { endCursor: first.continueCursor, numItems: 1 });
    expect(as(again.page)).toEqual([0, 1, 2, 2.5, 3, 4]);
    expect(again.continueCursor).toBe(first.continueCursor);
  });

  it("may be shorter where a filter leaves documents out", async () => {
    const engine = await twelve();
    const even = await page(engine, { numItems: 3 }, (db) =>
      db.query("items").filter((q: Loose) => q.eq(q.mod(q.field("a"), 2), 0)),
    );
    expect(as(even.page)).toEqual([0, 2, 4]);
  });

  it("refuse the cursor of another query", async () => {
    const engine = await twelve();
    const { continueCursor } = await page(engine, {});
    const other = page(engine, { cursor: continueCursor }, (db) => db.query("items").withIndex("by_a").order("desc"));
    await expect(other).rejects.toThrow("InvalidCursor");
    await expect(page(engine, { cursor: "forged" })).rejects.toThrow("InvalidCursor");
  });

  it("begin at the start where no cursor is given", async () => {
    const first = await page(await twelve(), { cursor: undefined });
    expect(as(first.page)).toEqual([0, 1, 2, 3, 4]);
  });

  it("are one to a function", async () => {
    const engine = await twelve();
    const twice = engine.inline("query", async (ctx) => {
      await ctx.db.query("items").paginate({ numItems: 1, cursor: null });
      await ctx.db.query("items").paginate({ numItems: 1, cursor: null });
    });
    await expect(twice).rejects.toThrow("multiple paginated queries");
  });
});

describe("single documents", () => {
  it("are found by their ids alone or with their table, which must be theirs", async () => {
    const engine = await openWith([{ a: 1 }]);
    const [{ _id }] = await run(engine, (db) => db.query("items").collect());
    expect(await run(engine, (db) => db.get(_id))).toMatchObject({ a: 1 });
    expect(await run(engine, (db) => db.get("items", _id))).toMatchObject({ a: 1 });
    await expect(run(engine, (db) => db.get("others", _id))).rejects.toThrow(
      'Invalid argument `id` for `db.get`: expected to be an Id<"others">, got Id<"items"> instead.',
    );
    expect(
      await run(engine, async (db) => [
        db.normalizeId("items", _id),
        db.normalizeId("others", _id),
        db.normalizeId("items", "x"),
      ]),
    ).toEqual([_id, null, null]);
  });

  it("keep their id and creation time", async () => {
    const engine = await openWith([{ a: 1 }]);
    const [doc] = await run(engine, (db) => db.query("items").collect());
    const change = (fn: (db: Loose) => Promise<unknown>) => engine.inline("mutation", (ctx) => fn(ctx.db));
    await change((db) => db.replace(doc._id, { ...doc, a: 2 }));
    await change((db) => db.patch(doc._id, { _id: doc._id, b: "x" }));
    expect(await run(engine, (db) => db.get(doc._id))).toEqual({ ...doc, a: 2, b: "x" });
    await expect(change((db) => db.patch(doc._id, { _id: "other" }))).rejects.toThrow("doesn't match '_id' field");
    await expect(change((db) => db.patch(doc._id, { _creationTime: 1 }))).rejects.toThrow(
      "doesn't match '_creationTime' field",
    );
  });

  it("that are gone are null to read and an error to change", async () => {
    const engine = await openWith([{ a: 1 }]);
    const [{ _id }] = await run(engine, (db) => db.query("items").collect());
    await engine.inline("mutation", (ctx) => ctx.db.delete(_id));
    expect(await run(engine, (db) => db.get(_id))).toBeNull();
    for (const change of [
      (db: Loose) => db.patch(_id, {}),
      (db: Loose) => db.replace(_id, {}),
      (db: Loose) => db.delete(_id),
    ])
      await expect(engine.inline("mutation", (ctx) => change(ctx.db))).rejects.toThrow(
        `on nonexistent document ID ${_id}`,
      );
  });

  it("must match the schema however they are written", async () => {
    const engine = await openWith([{ a: 1 }]);
    const [{ _id }] = await run(engine, (db) => db.query("items").collect());
    for (const write of [
      (db: Loose) => db.insert("items", { a: "x" }),
      (db: Loose) => db.patch(_id, { a: "x" }),
      (db: Loose) => db.replace(_id, { a: "x" }),
    ])
      await expect(engine.inline("mutation", (ctx) => write(ctx.db))).rejects.toThrow(
        'in table "items" because it does not match the schema: Value does not match validator.\nPath: .a',
      );
  });
});

it.each<[string, object]>([
  ["numItems", { numItems: 1.5, cursor: null }],
  ["numItems", { numItems: Number.NaN, cursor: null }],
  ["numItems", { numItems: 1e12, cursor: null }],
  ["maximumRowsRead", { numItems: 1, cursor: null, maximumRowsRead: 0.5 }],
  ["cursor", { numItems: 1, cursor: 7 }],
  ["endCursor", { numItems: 1, cursor: null, endCursor: {} }],
])("a page with an odd %s is refused by name: %j", async (name, options) => {
  const page = openEngine({}).inline("query", (ctx) => ctx.db.query("items").paginate(options));
  await expect(page).rejects.toThrow(`Invalid pagination options: \`${name}\` must be`);
});

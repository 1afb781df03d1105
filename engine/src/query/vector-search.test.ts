import { actionGeneric, defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { expect, it } from "vitest";
import { openEngine } from "../testing/open-engine.ts";

const schema = defineSchema({
  points: defineTable({ name: v.string(), kind: v.string(), at: v.array(v.float64()) }).vectorIndex("by_at", {
    vectorField: "at",
    dimensions: 2,
    filterFields: ["kind"],
  }),
});

const search = {
  near: actionGeneric({
    args: { at: v.array(v.float64()), limit: v.optional(v.number()), kinds: v.optional(v.array(v.string())) },
    handler: (ctx, { at, limit, kinds }) =>
      ctx.vectorSearch(
        "points" as never,
        "by_at" as never,
        {
          vector: at,
          ...(limit === undefined ? {} : { limit }),
          ...(kinds === undefined
            ? {}
            : {
                filter: ((q: never) =>
                  (q as never as Filter).or(...kinds.map((kind) => (q as Filter).eq("kind", kind)))) as never,
              }),
        } as never,
      ),
  }),
};
interface Filter {
  or(...expressions: unknown[]): never;
  eq(field: string, value: string): unknown;
}

async function openWithPoints() {
  const engine = openEngine({ search }, { schema });
  const ids = await engine.inline("mutation", async (ctx) => [
    await ctx.db.insert("points", { name: "east", kind: "a", at: [2, 0] }),
    await ctx.db.insert("points", { name: "north", kind: "b", at: [0, 1] }),
    await ctx.db.insert("points", { name: "north-east", kind: "b", at: [3, 3] }),
  ]);
  return { engine, ids: ids as [string, string, string] };
}

it("finds the nearest by angle, with their scores", async () => {
  const { engine, ids } = await openWithPoints();
  const found: { _id: string; _score: number }[] = await engine.action("search:near", { at: [1, 0], limit: 2 });
  expect(found.map(({ _id }) => _id)).toEqual([ids[0], ids[2]]);
  expect(found[0]?._score).toBeCloseTo(1);
  expect(found[1]?._score).toBeCloseTo(Math.SQRT1_2);
});

it("takes a document that matches one of several filter values", async () => {
  const { engine, ids } = await openWithPoints();
  const names = async (kinds: string[]) =>
    (await engine.action("search:near", { at: [1, 0], kinds })).map(({ _id }: { _id: string }) => _id);
  expect(await names(["b"])).toEqual([ids[2], ids[1]]);
  expect(await names(["a", "b"])).toEqual([ids[0], ids[2], ids[1]]);
});

it("follows changes of documents", async () => {
  const { engine, ids } = await openWithPoints();
  await engine.inline("mutation", async (ctx) => {
    await ctx.db.patch(ids[0], { at: [-1, 0] });
    await ctx.db.delete(ids[2]);
  });
  const found = await engine.action("search:near", { at: [1, 0] });
  expect(found).toEqual([
    { _id: ids[1], _score: 0 },
    { _id: ids[0], _score: -1 },
  ]);
});

it("refuses a vector of anything but numbers", async () => {
  const { engine } = await openWithPoints();
  const near = (vector: unknown) =>
    engine.inline("action", (ctx) => ctx.vectorSearch("points", "by_at", { vector } as never));
  for (const vector of [
    [Number.NaN, 1],
    [1, Number.POSITIVE_INFINITY],
    ["1", 1],
  ]) {
    await expect(near(vector)).rejects.toThrow("`vector` must be an array of finite numbers");
  }
});

it("refuses vectors of another length and limits out of range", async () => {
  const { engine } = await openWithPoints();
  await expect(engine.action("search:near", { at: [1, 2, 3] })).rejects.toThrow(
    "Expected a vector with dimensions 2, received 3.",
  );
  await expect(engine.action("search:near", { at: [1, 2], limit: 257 })).rejects.toThrow("between 1 and 256");
});

/** The same random programs on the engine and on Convex's own mock: both must show the same. */

import type { Value } from "convex/values";
import { compareValues } from "convex/values";
import { convexTest } from "convex-test";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Engine } from "../index.ts";
import { createEngine } from "../index.ts";
import { arbitraryValue } from "../values/arbitrary.ts";
import { nestedSteps, program, runProgram, type Step, schema } from "./program.ts";

// biome-ignore lint/suspicious/noExplicitAny: the ctx of an app without generated types
type Ctx = any;

let engine: Engine;
const modules = { "./program.ts": async () => ({ nestedSteps }) };
const newMock = () => convexTest(schema, { ...modules, "./_generated/api.js": async () => ({}) });

beforeAll(() => {
  engine = createEngine({ schema, modules, storage: { kind: "memory" } });
});
afterAll(() => engine.close());

/** Runs in a mutation whose writes are taken back. */
async function onFresh<T>(run: (ctx: Ctx) => Promise<T>): Promise<T> {
  let result: T | undefined;
  const undo = new Error("undo");
  await engine
    .inline("mutation", async (ctx) => {
      result = await run(ctx);
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return result as T;
}

async function onEngine(steps: readonly Step[]): Promise<unknown[]> {
  return onFresh((ctx) => runProgram(ctx, steps));
}

async function onMock(steps: readonly Step[]): Promise<unknown[]> {
  const mock = newMock();
  const shown: unknown[] = [];
  await mock.run(async (ctx) => {
    shown.push(...(await runProgram(ctx, steps)));
  });
  return shown;
}

it("documents, indexes, filters and pages behave as on the mock", async () => {
  await fc.assert(
    fc.asyncProperty(program, async (steps) => {
      expect(await onEngine(steps)).toEqual(await onMock(steps));
    }),
    { numRuns: 150 },
  );
});

const values = fc.array(arbitraryValue, { minLength: 1, maxLength: 12 });
const holds: Record<string, (order: number) => boolean> = {
  eq: (order) => order === 0,
  neq: (order) => order !== 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
};
const operator = fc.constantFrom(...Object.keys(holds));

/** Both in the order of creation. */
const valuesOf = (docs: { a: Value }[]): Value[] => docs.map(({ a }) => a);

it("filters compare values of all types in Convex's order", async () => {
  await fc.assert(
    fc.asyncProperty(values, operator, arbitraryValue, async (inserted, op, literal) => {
      const found = await onFresh(async (ctx) => {
        for (const a of inserted) await ctx.db.insert("things", { a });
        return valuesOf(
          await ctx.db
            .query("things")
            .filter((q: Ctx) => q[op](q.field("a"), literal))
            .collect(),
        );
      });
      expect(found).toEqual(inserted.filter((a) => holds[op]?.(compareValues(a, literal))));
    }),
    { numRuns: 150 },
  );
});

it("an index gives its documents in Convex's order, and its ranges what lies between", async () => {
  await fc.assert(
    fc.asyncProperty(values, operator, arbitraryValue, async (inserted, op, bound) => {
      fc.pre(op !== "neq");
      const [all, found] = await onFresh(async (ctx) => {
        for (const a of inserted) await ctx.db.insert("things", { a });
        const query = ctx.db.query("things");
        return [
          valuesOf(await query.withIndex("by_a").collect()),
          valuesOf(
            await ctx.db
              .query("things")
              .withIndex("by_a", (q: Ctx) => q[op]("a", bound))
              .order("desc")
              .collect(),
          ),
        ];
      });
      const sorted = [...inserted].sort(compareValues);
      expect(all).toEqual(sorted);
      expect(found.toReversed()).toEqual(sorted.filter((a) => holds[op]?.(compareValues(a, bound))));
    }),
    { numRuns: 150 },
  );
});

it("pages follow one another without a gap or a repetition", async () => {
  const page = fc.record({ values, size: fc.integer({ min: 1, max: 5 }), order: fc.constantFrom("asc", "desc") });
  await fc.assert(
    fc.asyncProperty(page, async ({ values: inserted, size, order }) => {
      const own = createEngine({ schema, modules: {}, storage: { kind: "memory" } });
      try {
        await own.inline("mutation", async (ctx) => {
          for (const a of inserted) await ctx.db.insert("things", { a });
        });
        const read = (cursor: string | null) =>
          own.inline("query", (ctx) =>
            ctx.db.query("things").withIndex("by_a").order(order).paginate({ numItems: size, cursor }),
          );
        const paged: Value[] = [];
        let last = await read(null);
        paged.push(...valuesOf(last.page));
        while (!last.isDone) {
          last = await read(last.continueCursor);
          paged.push(...valuesOf(last.page));
        }
        const sorted = [...inserted].sort(compareValues);
        expect(paged).toEqual(order === "asc" ? sorted : sorted.toReversed());
      } finally {
        await own.close();
      }
    }),
    { numRuns: 40 },
  );
});

it("pages give every document that stays once, whatever is written between them", async () => {
  const change = fc.record({ insert: fc.array(arbitraryValue, { maxLength: 3 }), deleteNth: fc.nat({ max: 30 }) });
  const reading = fc.record({
    values,
    size: fc.integer({ min: 1, max: 4 }),
    order: fc.constantFrom("asc", "desc"),
    changes: fc.array(change, { maxLength: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(reading, async ({ values: inserted, size, order, changes }) => {
      const own = createEngine({ schema, modules: {}, storage: { kind: "memory" } });
      const write = <T>(run: (ctx: Ctx) => Promise<T>): Promise<T> => own.inline("mutation", run);
      try {
        const staying = new Set<string>();
        await write(async (ctx) => {
          for (const a of inserted) staying.add(await ctx.db.insert("things", { a }));
        });
        const seen: string[] = [];
        let cursor: string | null = null;
        for (let isDone = false; !isDone; ) {
          const page: { page: { _id: string }[]; isDone: boolean; continueCursor: string } = await own.inline(
            "query",
            (ctx) => ctx.db.query("things").withIndex("by_a").order(order).paginate({ numItems: size, cursor }),
          );
          seen.push(...page.page.map(({ _id }) => _id));
          ({ isDone, continueCursor: cursor } = page);
          const { insert, deleteNth } = changes.pop() ?? { insert: [], deleteNth: 0 };
          await write(async (ctx) => {
            for (const a of insert) await ctx.db.insert("things", { a });
            const victim = [...staying][deleteNth];
            if (victim === undefined || insert.length === 0) return;
            staying.delete(victim);
            await ctx.db.delete(victim);
          });
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen).toEqual(expect.arrayContaining([...staying]));
      } finally {
        await own.close();
      }
    }),
    { numRuns: 40 },
  );
});

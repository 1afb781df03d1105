/** Random programs over a small app's database, and what running one shows. */
import type { GenericMutationCtx } from "convex/server";
import { defineSchema, defineTable, makeFunctionReference, mutationGeneric } from "convex/server";
import type { Value } from "convex/values";
import { v } from "convex/values";
import * as fc from "fast-check";
import { arbitraryValue } from "../values/arbitrary.ts";

export const schema = defineSchema({
  things: defineTable({
    a: v.optional(v.any()),
    b: v.optional(v.any()),
    nested: v.optional(v.object({ c: v.optional(v.any()) })),
  })
    .index("by_a", ["a"])
    .index("by_a_b", ["a", "b"])
    .index("by_nested", ["nested.c", "b"]),
});

// Few values, of every type, so that they meet often.
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Value[]>(null, 0, 1, 2, -1, 1n, 2n, "", "a", "b", true, false) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Value[]>([], [1], [1, 2], {}, { x: 1 }, new Uint8Array([1]).buffer, -0, 1e300),
  },
  { weight: 1, arbitrary: arbitraryValue },
);

const fields = fc.record(
  { a: value, b: value, nested: fc.record({ c: value }, { requiredKeys: [] }) },
  { requiredKeys: [] },
);

const INDEXES = { by_a: ["a"], by_a_b: ["a", "b"], by_nested: ["nested.c", "b"] } as const;
type IndexName = keyof typeof INDEXES;

const bound = fc.option(fc.record({ inclusive: fc.boolean(), value }), { nil: undefined });
const range = fc.record({
  index: fc.constantFrom<IndexName[]>("by_a", "by_a_b", "by_nested"),
  // `undefined` is a missing field.
  equal: fc.array(fc.option(value, { nil: undefined, freq: 8 }), { maxLength: 2 }),
  lower: bound,
  upper: bound,
});

const filter = fc.record({
  // The mock compares values of different types as JavaScript does: only equality is comparable.
  op: fc.constantFrom("eq", "neq"),
  field: fc.constantFrom("a", "b", "nested.c"),
  value,
});

const query = fc.record({
  kind: fc.constant("query" as const),
  range: fc.option(range, { nil: undefined }),
  order: fc.constantFrom(undefined, "asc" as const, "desc" as const),
  filter: fc.option(filter, { nil: undefined }),
  how: fc.constantFrom("collect", "first", "unique", "take", "paginate"),
  size: fc.integer({ min: 1, max: 4 }),
});

const target = fc.nat({ max: 11 });
const write = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("insert" as const), fields }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("patch" as const), target, fields }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("unset" as const), target, field: fc.constantFrom("a", "b") }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("replace" as const), target, fields }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), target }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("get" as const), target }) },
);
const nested = fc.record({
  kind: fc.constant("nested" as const),
  steps: fc.array(write, { minLength: 1, maxLength: 4 }),
  fails: fc.boolean(),
});
const step = fc.oneof(
  { weight: 3, arbitrary: write },
  { weight: 1, arbitrary: nested },
  { weight: 2, arbitrary: query },
);

export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
export const program = fc.array(step, { minLength: 1, maxLength: 25 });

// The ctx of an app without generated types: what the schema says is not known to TypeScript here.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Ctx = GenericMutationCtx<any>;
// biome-ignore lint/suspicious/noExplicitAny: see above
type Doc = any;

function buildQuery(ctx: Ctx, { range: r, order, filter: f }: Step & { kind: "query" }) {
  let q: Doc = ctx.db.query("things");
  if (r) {
    q = q.withIndex(r.index, (b: Doc) => {
      const names = INDEXES[r.index];
      const equal = r.equal.slice(0, names.length);
      equal.forEach((each, i) => {
        b = b.eq(names[i], each);
      });
      const next = names[equal.length];
      if (next === undefined) return b;
      if (r.lower) b = r.lower.inclusive ? b.gte(next, r.lower.value) : b.gt(next, r.lower.value);
      if (r.upper) b = r.upper.inclusive ? b.lte(next, r.upper.value) : b.lt(next, r.upper.value);
      return b;
    });
  }
  if (order) q = q.order(order);
  if (f) q = q.filter((b: Doc) => b[f.op](b.field(f.field), f.value));
  return q;
}

async function runQuery(ctx: Ctx, s: Step & { kind: "query" }, show: (doc: Doc) => unknown): Promise<unknown> {
  const q = buildQuery(ctx, s);
  switch (s.how) {
    case "collect":
      return (await q.collect()).map(show);
    case "take":
      return (await q.take(s.size)).map(show);
    case "paginate":
      // Of a page that is full with the last document the mock says that it is done; Convex finds out with the next.
      return (await q.paginate({ numItems: s.size, cursor: null })).page.map(show);
    default:
      return show(await q[s.how]());
  }
}

/** Runs its steps in a mutation of their own, which may then fail. */
export const nestedSteps = mutationGeneric({
  handler: async (ctx, { steps, ids, fails }: { steps: Step[]; ids: string[]; fails: boolean }) => {
    const shown = await runSteps(ctx, steps, ids);
    if (fails) throw new Error("taken back");
    return { shown, ids };
  },
});
const nestedStepsRef = makeFunctionReference<"mutation">("program:nestedSteps");

/** Runs the steps and gives what each showed, and what is there in the end. */
export async function runProgram(ctx: Ctx, steps: readonly Step[]): Promise<unknown[]> {
  const ids: string[] = [];
  const shown = await runSteps(ctx, steps, ids);
  const left = await ctx.db.query("things").collect();
  return [...shown, left.map(({ _id, _creationTime, ...rest }: Doc) => ({ number: ids.indexOf(_id), ...rest }))];
}

/** Documents are told apart by when they were inserted, which is their place in `ids`. */
async function runSteps(ctx: Ctx, steps: readonly Step[], ids: string[]): Promise<unknown[]> {
  const show = (doc: Doc): unknown => {
    if (doc === null) return null;
    const { _id, _creationTime, ...rest } = doc;
    return { number: ids.indexOf(_id), ...rest };
  };
  const shown: unknown[] = [];
  let hasPaginated = false;
  for (const s of steps) {
    try {
      shown.push(await runStep(s));
    } catch (error) {
      shown.push(error instanceof Error ? "failed" : error);
    }
  }
  return shown;

  async function runStep(s: Step): Promise<unknown> {
    if (s.kind === "insert") {
      ids.push(await ctx.db.insert("things", s.fields as Doc));
      return ids.length;
    }
    if (s.kind === "query") {
      // A function may paginate once.
      if (s.how === "paginate" && hasPaginated) return null;
      hasPaginated ||= s.how === "paginate";
      return runQuery(ctx, s, show);
    }
    if (s.kind === "nested") {
      const done = await ctx.runMutation(nestedStepsRef, { steps: s.steps, ids, fails: s.fails });
      ids.push(...done.ids.slice(ids.length));
      return done.shown;
    }
    const id = ids[s.target % Math.max(1, ids.length)] as Doc;
    if (id === undefined) return null;
    if (s.kind === "get") return show(await ctx.db.get(id));
    if (s.kind === "delete") return ctx.db.delete(id);
    if (s.kind === "replace") return ctx.db.replace(id, s.fields as Doc);
    return ctx.db.patch(id, s.kind === "unset" ? { [s.field]: undefined } : (s.fields as Doc));
  }
}

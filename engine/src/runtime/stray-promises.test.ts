/** Promises that a function does not wait for, or that nobody ever resolves. */
import { mutationGeneric, queryGeneric } from "convex/server";
import { expect, it } from "vitest";
import { openEngine } from "../testing/open-engine.ts";

const never = new Promise<void>(() => {});
let release: () => void = () => {};
const released = new Promise<void>((resolve) => {
  release = resolve;
});

const rows = {
  count: queryGeneric({ handler: async (ctx) => (await ctx.db.query("rows").collect()).length }),
  add: mutationGeneric({ handler: (ctx) => ctx.db.insert("rows", {}) }),
  stuckMutation: mutationGeneric({
    handler: async (ctx) => {
      await ctx.db.insert("rows", {});
      await never;
    },
  }),
  stuckQuery: queryGeneric({ handler: () => never }),
  wakesUpLate: mutationGeneric({
    handler: async (ctx) => {
      await released;
      await ctx.db.insert("rows", { late: true });
    },
  }),
};

it("a mutation that waits for nothing of Convex's is ended, and others go on", async () => {
  const engine = openEngine({ rows }, { idleDeadlineMs: 200 });
  const stuck = engine.mutation("rows:stuckMutation");
  const next = engine.mutation("rows:add");
  await expect(stuck).rejects.toThrow("Returned promise will never resolve");
  await next;
  expect(await engine.query("rows:count")).toBe(1);
});

it("a query likewise", async () => {
  const engine = openEngine({ rows }, { idleDeadlineMs: 200 });
  await expect(engine.query("rows:stuckQuery")).rejects.toThrow("Returned promise will never resolve");
});

it("a mutation that was ended cannot write when it wakes up", async () => {
  const engine = openEngine({ rows }, { idleDeadlineMs: 200 });
  await expect(engine.mutation("rows:wakesUpLate")).rejects.toThrow("will never resolve");
  release();
  await engine.inline("mutation", async (ctx) => {
    for (let i = 0; i < 20; i++) await ctx.db.query("rows").first();
  });
  expect(await engine.query("rows:count")).toBe(0);
});

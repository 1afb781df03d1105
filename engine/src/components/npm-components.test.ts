/** Components from npm, unmodified: what the engine's components are for. */
import { RateLimiter } from "@convex-dev/rate-limiter";
import { WorkflowManager } from "@convex-dev/workflow";
import { Workpool } from "@convex-dev/workpool";
import {
  componentsGeneric,
  internalActionGeneric,
  internalMutationGeneric,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
} from "convex/server";
import { v } from "convex/values";
import { describe, expect, it, vi } from "vitest";
import { npmComponent } from "../testing/npm-component.ts";
import { openEngine } from "../testing/open-engine.ts";

const components = componentsGeneric() as Record<string, never>;
const BATCH_WORKER = { package: "@convex-dev/batch-worker" };
const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 50 });

describe("@convex-dev/rate-limiter", () => {
  const limiter = new RateLimiter(components["rateLimiter"] as never, {
    send: { kind: "fixed window", rate: 2, period: 60_000 },
  });
  const app = {
    send: mutationGeneric({
      args: { key: v.string() },
      handler: async (ctx, { key }) => (await limiter.limit(ctx, "send", { key })).ok,
    }),
  };

  it("lets through what the rate allows, for each key", async () => {
    const engine = openEngine(
      { app },
      { components: await npmComponent("rateLimiter", "@convex-dev/rate-limiter", { batchWorker: BATCH_WORKER }) },
    );
    const results: boolean[] = [];
    for (const key of ["a", "a", "a", "b"]) results.push(await engine.mutation("app:send", { key }));
    expect(results).toEqual([true, true, false, true]);
  });
});

describe("@convex-dev/workpool", () => {
  const pool = new Workpool(components["workpool"] as never, { maxParallelism: 2 });
  const double = makeFunctionReference<"action">("app:double");
  const done = makeFunctionReference<"mutation">("app:done");
  const app = {
    start: mutationGeneric({
      handler: async (ctx) => {
        for (const n of [1, 2, 3]) {
          await pool.enqueueAction(
            ctx,
            double as never,
            { n } as never,
            { onComplete: done as never, context: n } as never,
          );
        }
      },
    }),
    double: internalActionGeneric({ args: { n: v.number() }, handler: async (_ctx, { n }) => n * 2 }),
    done: internalMutationGeneric({
      handler: async (ctx, args: { context: number; result: { returnValue: number } }) => {
        await ctx.db.insert("results", { n: args.context, doubled: args.result.returnValue });
      },
    }),
    results: queryGeneric({
      handler: async (ctx) => (await ctx.db.query("results").collect()).map(({ n, doubled }) => [n, doubled]),
    }),
  };

  it("runs actions and reports each result", async () => {
    const engine = openEngine(
      { app },
      { components: await npmComponent("workpool", "@convex-dev/workpool", { batchWorker: BATCH_WORKER }) },
    );
    await engine.mutation("app:start");
    await eventually(async () => {
      expect((await engine.query("app:results")).toSorted()).toEqual([
        [1, 2],
        [2, 4],
        [3, 6],
      ]);
    });
  });
});

describe("@convex-dev/workflow", () => {
  const manager = new WorkflowManager(components["workflow"] as never);
  const app = {
    greet: manager
      .define({ args: { name: v.string() }, returns: v.string() })
      .handler(async (step, { name }): Promise<string> => {
        const loud: string = await step.runAction(
          makeFunctionReference<"action">("app:shout") as never,
          { name } as never,
        );
        await step.runMutation(makeFunctionReference<"mutation">("app:note") as never, { text: loud } as never);
        return `${loud} ${typeof process} ${typeof crypto} ${Date.now() > 0} ${Math.random() < 1}`;
      }),
    shout: internalActionGeneric({ args: { name: v.string() }, handler: async (_ctx, { name }) => name.toUpperCase() }),
    note: internalMutationGeneric({
      args: { text: v.string() },
      handler: async (ctx, { text }) => {
        await ctx.db.insert("notes", { text });
      },
    }),
    start: mutationGeneric({
      handler: (ctx) =>
        manager.start(ctx as never, makeFunctionReference<"mutation">("app:greet") as never, { name: "ada" } as never),
    }),
    status: queryGeneric({
      args: { id: v.string() },
      handler: (ctx, { id }) => manager.status(ctx as never, id as never),
    }),
  };

  it("runs a workflow's steps, and its replaced globals stay inside it", async () => {
    const engine = openEngine(
      { app },
      {
        components: await npmComponent("workflow", "@convex-dev/workflow", {
          workpool: { package: "@convex-dev/workpool", uses: { batchWorker: BATCH_WORKER } },
        }),
      },
    );
    const before = [Math, Date, console, process, crypto, Date.prototype.constructor];
    const id = await engine.mutation("app:start");
    await eventually(async () => {
      expect([Math, Date, console, process, crypto, Date.prototype.constructor]).toEqual(before);
      expect(await engine.query("app:status", { id })).toEqual({
        type: "completed",
        result: "ADA undefined undefined true true",
      });
    });
    expect(await engine.inline("query", async (ctx) => (await ctx.db.query("notes").collect()).length)).toBe(1);
  });
});

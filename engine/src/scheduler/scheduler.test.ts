import {
  actionGeneric,
  cronJobs,
  defineSchema,
  defineTable,
  internalActionGeneric,
  internalMutationGeneric,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
} from "convex/server";
import { v } from "convex/values";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EngineError } from "../errors.ts";
import type { Engine } from "../index.ts";
import { openEngine, temporaryFile } from "../testing/open-engine.ts";

/** As it is before a test replaces the clock. */
const setImmediateOfNode = setImmediate;
const fn = makeFunctionReference<"mutation">;
const note = fn("jobs:note");

const jobs = {
  note: internalMutationGeneric({
    args: { text: v.string() },
    handler: async (ctx, { text }) => {
      await ctx.db.insert("notes", { text, at: Date.now() });
    },
  }),
  fail: internalMutationGeneric({
    handler: async (ctx) => {
      await ctx.db.insert("notes", { text: "never kept" });
      throw new Error("no luck");
    },
  }),
  act: internalActionGeneric({
    handler: async (ctx) => {
      await ctx.runMutation(note, { text: "from action" });
    },
  }),
  actOnBrokenDisk: internalActionGeneric({
    handler: async () => {
      throw new EngineError("io");
    },
  }),
  actSlowly: internalActionGeneric({
    handler: async (ctx) => {
      await ctx.runMutation(note, { text: "slow" });
      await new Promise((resolve) => setTimeout(resolve, 3_000));
    },
  }),
  seesItself: internalMutationGeneric({
    handler: async (ctx) => {
      const [job] = await ctx.db.system.query("_scheduled_functions").collect();
      await ctx.db.insert("notes", { text: job?.state.kind ?? "" });
    },
  }),
  after: mutationGeneric({
    args: { delay: v.number(), text: v.string() },
    handler: (ctx, { delay, text }) => ctx.scheduler.runAfter(delay, note, { text }),
  }),
  thenThrow: mutationGeneric({
    handler: async (ctx) => {
      await ctx.scheduler.runAfter(0, note, { text: "never" });
      throw new Error("rolled back");
    },
  }),
  nestedFailure: mutationGeneric({
    handler: async (ctx) => {
      await ctx.runMutation(fn("jobs:thenThrow")).catch(() => {});
      await ctx.scheduler.runAfter(0, note, { text: "outer" });
    },
  }),
  run: mutationGeneric({
    args: { name: v.string() },
    handler: (ctx, { name }) => ctx.scheduler.runAfter(0, fn(name)),
  }),
  withArgs: mutationGeneric({
    args: { args: v.any() },
    handler: (ctx, { args }) => ctx.scheduler.runAfter(0, fn("jobs:measure"), args),
  }),
  measure: internalMutationGeneric({
    handler: (ctx, args: { long: string }) => ctx.db.insert("notes", { text: `${args.long.length} characters` }),
  }),
  cancel: mutationGeneric({ args: { id: v.string() }, handler: (ctx, { id }) => ctx.scheduler.cancel(id as never) }),
  fromAction: actionGeneric({ handler: (ctx) => ctx.scheduler.runAfter(1_000, note, { text: "scheduled in action" }) }),
  texts: queryGeneric({
    handler: async (ctx) => (await ctx.db.query("notes").collect()).map((each) => each["text"]),
  }),
  times: queryGeneric({
    handler: async (ctx) => (await ctx.db.query("notes").collect()).map((each) => each["at"]),
  }),
  state: queryGeneric({
    args: { id: v.string() },
    handler: (ctx, { id }) => ctx.db.system.get(id as never),
  }),
};

const texts = (engine: Engine): Promise<string[]> => engine.query("jobs:texts");

describe("scheduled functions", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("run when they are due, not before, and are in flight from the moment their timer fires", async () => {
    const engine = openEngine({ jobs });
    const id = await engine.mutation("jobs:after", { delay: 5_000, text: "later" });
    vi.advanceTimersByTime(4_999);
    expect(engine.scheduler.inFlight()).toBe(0);
    vi.advanceTimersByTime(1);
    expect(engine.scheduler.inFlight()).toBe(1);
    await engine.scheduler.idle();
    expect(await texts(engine)).toEqual(["later"]);
    expect(await engine.query("jobs:state", { id })).toMatchObject({
      name: "jobs.js:note",
      args: [{ text: "later" }],
      state: { kind: "success" },
      completedTime: Date.now(),
    });
  });

  it("are due at the very millisecond they were asked for", async () => {
    vi.setSystemTime(0);
    const engine = openEngine({ jobs });
    const id = await engine.mutation("jobs:after", { delay: 1_001, text: "exact" });
    expect(await engine.query("jobs:state", { id })).toMatchObject({ scheduledTime: 1_001 });
    vi.advanceTimersByTime(1_001);
    await engine.scheduler.idle();
    expect(await texts(engine)).toEqual(["exact"]);
  });

  it("run in the order in which they are due", async () => {
    const engine = openEngine({ jobs });
    await engine.mutation("jobs:after", { delay: 300, text: "third" });
    await engine.mutation("jobs:after", { delay: 100, text: "first" });
    await engine.mutation("jobs:after", { delay: 200, text: "second" });
    for (let i = 0; i < 3; i++) {
      vi.advanceTimersByTime(100);
      await engine.scheduler.idle();
    }
    expect(await texts(engine)).toEqual(["first", "second", "third"]);
  });

  it("belong to the mutation that schedules them: rolled back, they never run", async () => {
    const engine = openEngine({ jobs });
    await expect(engine.mutation("jobs:thenThrow")).rejects.toThrow("rolled back");
    await engine.mutation("jobs:nestedFailure");
    vi.advanceTimersByTime(10);
    await engine.scheduler.idle();
    expect(await texts(engine)).toEqual(["outer"]);
  });

  it("fail without leaving anything of what they wrote, and say why", async () => {
    const errors: unknown[] = [];
    const engine = openEngine({ jobs }, { onScheduledError: (error, { path }) => errors.push([path, String(error)]) });
    const id = await engine.mutation("jobs:run", { name: "jobs:fail" });
    vi.advanceTimersByTime(1);
    await engine.scheduler.idle();
    expect(await texts(engine)).toEqual([]);
    expect(await engine.query("jobs:state", { id })).toMatchObject({
      state: { kind: "failed", error: "Uncaught Error: no luck" },
    });
    expect(errors).toEqual([["jobs:fail", "Error: no luck"]]);
  });

  it("are not left in progress when the engine fails under an action", async () => {
    const engine = openEngine({ jobs }, { onScheduledError: () => {} });
    const id = await engine.mutation("jobs:run", { name: "jobs:actOnBrokenDisk" });
    vi.advanceTimersByTime(1);
    await engine.scheduler.idle();
    expect(await engine.query("jobs:state", { id })).toMatchObject({ state: { kind: "failed" } });
  });

  it("see themselves in progress", async () => {
    const engine = openEngine({ jobs });
    await engine.mutation("jobs:run", { name: "jobs:seesItself" });
    vi.advanceTimersByTime(1);
    await engine.scheduler.idle();
    expect(await texts(engine)).toEqual(["inProgress"]);
  });

  it("may be actions, and may be scheduled by actions", async () => {
    const engine = openEngine({ jobs });
    await engine.mutation("jobs:run", { name: "jobs:act" });
    await engine.action("jobs:fromAction");
    vi.advanceTimersByTime(1_000);
    await engine.scheduler.idle();
    expect((await texts(engine)).toSorted()).toEqual(["from action", "scheduled in action"]);
  });

  it("do not run once they are canceled", async () => {
    const engine = openEngine({ jobs });
    const id = await engine.mutation("jobs:after", { delay: 10, text: "never" });
    await engine.mutation("jobs:cancel", { id });
    vi.advanceTimersByTime(20);
    await engine.scheduler.idle();
    expect(await texts(engine)).toEqual([]);
    expect(await engine.query("jobs:state", { id })).toMatchObject({ state: { kind: "canceled" } });
  });

  it("take arguments that no document could hold", async () => {
    const engine = openEngine({ jobs });
    let deep: unknown = "bottom";
    for (let level = 0; level < 30; level++) deep = { level: deep };
    await engine.mutation("jobs:withArgs", { args: { deep, _underscore: true, long: "x".repeat(2_000_000) } as never });
    vi.advanceTimersByTime(1);
    await engine.scheduler.idle();
    expect(await texts(engine)).toEqual(["2000000 characters"]);
  });

  it("must exist and must not be queries", async () => {
    const engine = openEngine({ jobs });
    await expect(engine.mutation("jobs:run", { name: "jobs:nowhere" })).rejects.toThrow(
      "Attempted to schedule function, but no exported function nowhere found in the file: jobs.js. Did you forget to export it?",
    );
    await expect(engine.mutation("jobs:run", { name: "nowhere:at" })).rejects.toThrow(
      "Attempted to schedule function at nonexistent path: nowhere.js",
    );
    await expect(engine.mutation("jobs:run", { name: "jobs:texts" })).rejects.toThrow("is a query");
  });
});

describe("scheduled functions in a file", () => {
  it("run after a restart if they were due meanwhile", async () => {
    const storage = { kind: "file", path: temporaryFile() } as const;
    const first = openEngine({ jobs }, { storage });
    await first.mutation("jobs:after", { delay: 30, text: "survived" });
    await first.close();
    const second = openEngine({ jobs }, { storage });
    await vi.waitFor(async () => expect(await texts(second)).toEqual(["survived"]), { timeout: 5_000 });
  });

  it("are each started once, however many are due at a time", { timeout: 120_000 }, async () => {
    const path = temporaryFile();
    const many = 5_500;
    let engine: Engine | undefined;
    let runs = 0;
    let mostInFlight = 0;
    const crowd = {
      run: internalMutationGeneric({
        handler: () => {
          runs++;
          mostInFlight = Math.max(mostInFlight, engine?.scheduler.inFlight() ?? 0);
        },
      }),
    };
    const options = { storage: { kind: "file", path, synchronous: "OFF" }, limits: false } as const;
    const before = openEngine({ crowd }, { ...options, scheduler: false });
    await before.inline("mutation", async (ctx) => {
      for (let n = 0; n < many; n++) await ctx.scheduler.runAfter(0, fn("crowd:run"));
    });
    await before.close();
    engine = openEngine({ crowd }, options);
    await engine.scheduler.idle();
    expect(runs).toBe(many);
    expect(mostInFlight).toBeLessThanOrEqual(many);
  });

  it("run once, by the engine that holds the lock, whoever schedules them", async () => {
    const storage = { kind: "file", path: temporaryFile() } as const;
    const holder = openEngine({ jobs }, { storage });
    const other = openEngine({ jobs }, { storage });
    await other.mutation("jobs:after", { delay: 0, text: "once" });
    await vi.waitFor(async () => expect(await texts(other)).toEqual(["once"]), { timeout: 5_000 });
    await holder.close();
    await other.mutation("jobs:after", { delay: 0, text: "twice" });
    await vi.waitFor(async () => expect(await texts(other)).toEqual(["once", "twice"]), { timeout: 5_000 });
  });
});

it("a process whose schema is outdated leaves scheduled functions to the one that replaced it", async () => {
  const storage = { kind: "file", path: temporaryFile() } as const;
  const schemaOf = (field: string) => defineSchema({ notes: defineTable(v.any()).index("by", [field]) });
  openEngine({ jobs }, { storage, schema: schemaOf("text") });
  const current = openEngine({ jobs }, { storage, schema: schemaOf("at") });
  await current.mutation("jobs:after", { delay: 0, text: "taken over" });
  await vi.waitFor(async () => expect(await texts(current)).toEqual(["taken over"]), { timeout: 5_000 });
});

describe("cron jobs", () => {
  const crons = cronJobs();
  crons.interval("beat", { seconds: 10 }, note, { text: "beat" });
  crons.cron("daily", "30 4 * * *", note, { text: "daily" });

  it("run their interval from the start, and by the clock", async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1, 4, 29, 45) });
    const engine = openEngine({ jobs, crons: { default: crons } }, { crons: true });
    await vi.waitFor(async () => expect(vi.getTimerCount()).toBe(1));
    for (let i = 0; i < 3; i++) {
      await vi.advanceTimersByTimeAsync(10_000);
      await engine.scheduler.idle();
    }
    expect((await texts(engine)).toSorted()).toEqual(["beat", "beat", "beat", "beat", "daily"]);
    vi.useRealTimers();
  });

  it("keep their beat, however long a run takes", async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
    const slow = cronJobs();
    slow.interval("slow", { seconds: 10 }, fn("jobs:actSlowly"));
    const engine = openEngine({ jobs, crons: { default: slow } }, { crons: true });
    await vi.waitFor(async () => expect(vi.getTimerCount()).toBe(1));
    for (let second = 0; second <= 30; second++) {
      await vi.advanceTimersByTimeAsync(1_000);
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediateOfNode);
    }
    const times: number[] = await engine.query("jobs:times");
    const seconds = times.map((time) => Math.floor(time / 1_000) % 60);
    expect(seconds).toEqual([0, 10, 20, 30]);
    vi.useRealTimers();
  });

  it("have not failed where the end of the process cuts them off", async () => {
    const begun = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const late = cronJobs();
    late.interval("late", { hours: 1 }, fn("late:run"));
    const run = internalActionGeneric({
      handler: async (ctx) => {
        begun.resolve();
        await closed.promise;
        await ctx.runMutation(note, { text: "late" });
      },
    });
    const errors: unknown[] = [];
    const options = { crons: true, onScheduledError: (error: unknown) => errors.push(error) };
    const engine = openEngine({ jobs, late: { run }, crons: { default: late } }, options);
    await begun.promise;
    await engine.close();
    closed.resolve();
    await engine.scheduler.idle();
    expect(errors).toEqual([]);
  });
});

it("an engine that is to run nothing runs neither what is scheduled nor cron jobs, in memory as with a file", async () => {
  const crons = cronJobs();
  crons.interval("often", { seconds: 1 }, note, { text: "cron" });
  const engine = openEngine({ jobs, crons: { default: crons } }, { scheduler: false, crons: true });
  await engine.mutation("jobs:after", { delay: 0, text: "scheduled" });
  await engine.tick();
  await engine.scheduler.idle();
  expect(await texts(engine)).toEqual([]);
});

it("what is due runs before the engine is idle", async () => {
  const engine = openEngine({ jobs });
  for (let n = 1; n <= 20; n++) {
    await engine.mutation("jobs:after", { delay: 0, text: "now" });
    await engine.scheduler.idle();
    expect(await texts(engine)).toHaveLength(n);
  }
});

it("what one mutation schedules for now runs in the order in which it was scheduled", async () => {
  const order: number[] = [];
  const note = makeFunctionReference<"mutation">("later:note");
  const later = { note: mutationGeneric({ handler: (_ctx, { n }: { n: number }) => void order.push(n) }) };
  const engine = openEngine({ later });
  await engine.inline("mutation", async (ctx) => {
    for (let n = 0; n < 12; n++) await ctx.scheduler.runAfter(0, note, { n });
  });
  await vi.waitFor(() => expect(order).toHaveLength(12));
  expect(order).toEqual(Array.from({ length: 12 }, (_, n) => n));
});

/** Jobs: run when they are due, once, on record; late ones say so. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MutationCtx } from "@moorage/convex/_generated/server";
import * as jobs from "@moorage/shared/contracts/jobs";
import * as status from "@moorage/shared/contracts/status";
import type { JobName } from "@moorage/shared/jobs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let host: Host;
let me: Caller;
beforeEach(async () => {
  host = await openInProcess();
  me = await host.admit();
});
afterEach(() => host.close());

const job = async (name: JobName) => (await me.backend.call(jobs.list, {})).jobs.find((one) => one.name === name)!;
const runs = async (name: JobName) => (await me.backend.call(jobs.runs, { job: name })).runs;
const write = (change: (ctx: MutationCtx) => Promise<unknown>) =>
  host.engine.inline("mutation", async (ctx: MutationCtx) => {
    await change(ctx);
    return null;
  });
/** Its time was so long ago. */
const due = (name: JobName, agoMs: number) =>
  write(async (ctx) => {
    for (const row of await ctx.db.query("jobs").collect()) {
      if (row.name === name) await ctx.db.patch("jobs", row._id, { nextAt: Date.now() - agoMs });
    }
  });

describe("a job", () => {
  it("is there from the start, and has its first time within the hour", async () => {
    const { jobs: all } = await me.backend.call(jobs.list, {});
    expect(all.length).toBeGreaterThan(4);
    for (const one of all) {
      expect(one.state).toBe("waiting");
      expect(Date.parse(one.nextAt!)).toBeLessThan(Date.now() + 62 * MINUTE);
    }
    const overview = await me.backend.call(status.overview, {});
    expect(overview.nextJobAt).toBe(all.map(({ nextAt }) => nextAt!).sort()[0]);
    expect(overview.schedulerRanAt).toBeUndefined();
  });

  it("runs when it is due, once, and says what it did and when it is due again", async () => {
    await due("retention", 1_000);
    await host.engine.tick();
    await host.engine.tick();
    expect(await runs("retention")).toMatchObject([
      { outcome: "ok", trigger: "schedule", missed: 0, summary: "Nothing was too old." },
    ]);
    expect(Date.parse((await job("retention")).nextAt!)).toBeGreaterThan(Date.now() + DAY - MINUTE);
  });

  it("says that it is overdue while nobody runs it, and afterwards how often it was missed", async () => {
    await due("retention", 3 * DAY + MINUTE);
    expect((await job("retention")).state).toBe("overdue");
    await host.engine.mutation("jobs:tick", {});
    await host.engine.tick();
    expect(await job("retention")).toMatchObject({ state: "waiting", lastRun: { outcome: "ok", missed: 3 } });
  });

  it("is run when somebody asks, not twice at once", async () => {
    await me.backend.call(jobs.start, { job: "secret_rotation" });
    const { job: running } = await me.backend.call(jobs.start, { job: "secret_rotation" });
    expect(running).toMatchObject({ state: "running", lastRun: { trigger: "asked", outcome: "running" } });
    await host.engine.tick();
    expect(await runs("secret_rotation")).toMatchObject([{ outcome: "ok", summary: "No secret is due." }]);
  });

  it("whose process died is on record as that, and runs again", async () => {
    await write(async (ctx) => {
      const row = (await ctx.db.query("jobs").collect()).find(({ name }) => name === "retention")!;
      const began = { dueAt: Date.now(), startedAt: Date.now() };
      const run = { tenantId: row.tenantId, job: row.name, trigger: "schedule", missed: 0 } as const;
      const runId = await ctx.db.insert("jobRuns", { ...run, ...began, outcome: "running" });
      await ctx.db.patch("jobs", row._id, { runId });
    });
    await me.backend.call(jobs.start, { job: "retention" });
    expect(await runs("retention")).toMatchObject([{ outcome: "running" }]);
    await write(async (ctx) => {
      const [run] = await ctx.db.query("jobRuns").collect();
      await ctx.db.patch("jobRuns", run!._id, { startedAt: Date.now() - 40 * MINUTE });
    });
    await me.backend.call(jobs.start, { job: "retention" });
    await host.engine.tick();
    expect(await runs("retention")).toMatchObject([{ outcome: "ok" }, { outcome: "interrupted" }]);
  });

  it("rests while it is paused, and goes on after", async () => {
    expect((await me.backend.call(jobs.pause, { job: "retention" })).job).toMatchObject({ state: "paused" });
    await host.engine.mutation("jobs:tick", {});
    expect(await runs("retention")).toEqual([]);
    await me.backend.call(jobs.pause, { job: "retention", resume: true });
    await host.engine.mutation("jobs:tick", {});
    await host.engine.tick();
    expect(await runs("retention")).toHaveLength(1);
  });

  it("that keeps failing is an alert, until it works again", async () => {
    const finish = async (outcome: "ok" | "failed") => {
      await me.backend.call(jobs.start, { job: "retention" });
      const { runId } = await host.engine.inline("query", async (ctx: MutationCtx) => {
        const row = (await ctx.db.query("jobs").collect()).find(({ name }) => name === "retention")!;
        return { runId: row.runId! };
      });
      await host.engine.mutation("jobs:finish", { runId, outcome, summary: "It broke." });
    };
    const alerts = async () => (await me.backend.call(status.alerts, {})).alerts;
    await finish("failed");
    await finish("failed");
    expect(await alerts()).toEqual([]);
    await finish("failed");
    expect(await alerts()).toMatchObject([{ kind: "job_failing", about: "job:retention" }]);
    await me.backend.call(status.alertAck, { id: (await alerts())[0]!.id });
    await finish("failed");
    // Acknowledged, and nothing new to say of it.
    expect((await me.backend.call(status.alerts, { all: true })).alerts).toMatchObject([
      { count: 2, acknowledgedAt: expect.any(String) },
    ]);
    await finish("ok");
    expect((await me.backend.call(status.alerts, { all: true })).alerts).toMatchObject([
      { resolvedAt: expect.any(String) },
    ]);
  });

  it("of another tenant is none of mine, and keys need their scopes", async () => {
    const other = await host.admit();
    await other.backend.call(jobs.start, { job: "retention" });
    expect(await runs("retention")).toEqual([]);
    const reader = await host.admit({ tenant: me.tenant, scopes: ["status:read"] });
    expect((await reader.backend.call(jobs.list, {})).jobs.length).toBeGreaterThan(0);
    await expect(reader.backend.call(jobs.start, { job: "retention" })).rejects.toMatchObject({
      code: "missing_scope",
    });
  });
});

it("jobs that slept while no process was open are caught up with at the next start", async () => {
  const folder = await mkdtemp(join(tmpdir(), "moorage-jobs-"));
  const storage = { kind: "file", path: join(folder, "data.db") } as const;
  const first = await openInProcess({ storage, crons: false });
  await first.admit({ tenant: "harbour" });
  await first.engine.inline("mutation", async (ctx: MutationCtx) => {
    for (const { _id } of await ctx.db.query("jobs").collect()) await ctx.db.patch("jobs", _id, { nextAt: 1_000 });
    return null;
  });
  await first.close();
  const second = await openInProcess({ storage, crons: true });
  const again = await second.admit({ tenant: "harbour" });
  const outcomes = async () => (await again.backend.call(jobs.list, {})).jobs.map(({ lastRun }) => lastRun?.outcome);
  await expect.poll(outcomes, { timeout: 20_000 }).not.toContain(undefined);
  await expect.poll(outcomes, { timeout: 20_000 }).not.toContain("running");
  expect(new Set(await outcomes())).toEqual(new Set(["ok"]));
  await second.close();
  await rm(folder, { recursive: true });
}, 60_000);

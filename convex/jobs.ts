/** Jobs: what is due is started each minute, every run is on record. */
import * as contracts from "@moorage/shared/contracts/jobs";
import { AppError } from "@moorage/shared/errors";
import type { JobName } from "@moorage/shared/jobs";
import { PAGE_ITEMS } from "@moorage/shared/limits";
import { v } from "convex/values";
import { literals } from "convex-helpers/validators";
import * as z from "zod";
import { internal } from "./_generated/api.ts";
import { internalAction, internalMutation, internalQuery } from "./_generated/server.ts";
import { type AuthedMutationCtx, authedMutation, authedQuery } from "./lib/functions.ts";
import { given } from "./model/given.ts";
import { presentJob, presentRun } from "./model/jobs/present.ts";
import { policyOf, setPolicy } from "./model/jobs/retention.ts";
import * as schedule from "./model/jobs/schedule.ts";
import { WORK } from "./model/jobs/work.ts";
import { fillPage, parseCursor } from "./model/pages.ts";
import { requireUnbound } from "./model/principal.ts";

const TENANTS = 100;

export const list = authedQuery(contracts.list, async (ctx) => {
  const rows = await schedule.ofTenant(ctx, ctx.principal.tenantId);

  return { jobs: await Promise.all(rows.map((row) => presentJob(ctx, row))) };
});

export const runs = authedQuery(contracts.runs, async (ctx, { job, limit = PAGE_ITEMS, cursor }) => {
  const { tenantId } = ctx.principal;
  const before = cursor === undefined ? Infinity : parseCursor(cursor, z.tuple([z.number()]))[0];
  const rows = ctx.db
    .query("jobRuns")
    .withIndex("by_tenant_job", (q) => q.eq("tenantId", tenantId).eq("job", job).lt("_creationTime", before))
    .order("desc");
  const { items, ...next } = await fillPage(rows, {
    limit,
    present: presentRun,
    bytesOf: ({ summary = "" }) => summary.length,
    placeOf: ({ _creationTime }) => [_creationTime],
  });
  return { runs: items, ...next };
});

export const start = authedMutation(contracts.start, async (ctx, { job }) => {
  const row = await require(ctx, job);
  await schedule.start(ctx, row, { trigger: "asked", dueAt: Date.now(), missed: 0 });
  return { job: await presentJob(ctx, (await ctx.db.get("jobs", row._id))!) };
});

export const pause = authedMutation(contracts.pause, async (ctx, { job, resume = false }) => {
  const row = await require(ctx, job);
  const nextAt = resume ? (row.nextAt ?? Date.now()) : undefined;
  await ctx.db.patch("jobs", row._id, { nextAt });
  return { job: await presentJob(ctx, (await ctx.db.get("jobs", row._id))!) };
});

async function require(ctx: AuthedMutationCtx, name: JobName): Promise<schedule.JobRow> {
  requireUnbound(ctx.principal);
  ctx.subjects.push(`job:${name}`);
  const row = await schedule.find(ctx, ctx.principal.tenantId, name);
  if (row === null) throw new AppError("not_found", `The job "${name}" has not been set up yet; it is within an hour.`);
  return row;
}

export const retention = authedQuery(contracts.retention, (ctx) => policyOf(ctx, ctx.principal.tenantId));

export const setRetention = authedMutation(contracts.setRetention, (ctx, days) => {
  const set = given(days);
  ctx.subjects.push(...Object.entries(set).map(([what, count]) => `${what}:${count} days`));
  return setPolicy(ctx, ctx.principal.tenantId, set);
});

/** Each minute, and at the first moment of a process after others slept. */
export const tick = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    if (await schedule.startDue(ctx)) await ctx.scheduler.runAfter(0, internal.jobs.tick, {});
    return null;
  },
});

export const perform = internalAction({
  args: { runId: v.id("jobRuns") },
  returns: v.null(),
  handler: async (ctx, { runId }) => {
    const run = await ctx.runQuery(internal.jobs.find, { runId });
    if (run === null) return null;
    try {
      const summary = await WORK[run.job](ctx, run.tenantId, run);
      await ctx.runMutation(internal.jobs.finish, { runId, outcome: "ok", summary });
    } catch (error) {
      const isOurs = error instanceof AppError;
      const summary = isOurs ? error.message : "Something went wrong on our side.";
      await ctx.runMutation(internal.jobs.finish, { runId, outcome: "failed", summary });
      // For the log of whoever runs this.
      if (!isOurs) throw error;
    }
    return null;
  },
});

export const find = internalQuery({
  args: { runId: v.id("jobRuns") },
  handler: (ctx, { runId }) => ctx.db.get("jobRuns", runId),
});

export const finish = internalMutation({
  args: { runId: v.id("jobRuns"), outcome: literals("ok", "failed"), summary: v.string() },
  returns: v.null(),
  handler: async (ctx, { runId, ...end }) => {
    await schedule.finish(ctx, runId, end);
    return null;
  },
});

/** Tenants from before a job was there. */
export const ensure = internalMutation({
  args: { cursor: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { cursor = null }) => {
    const page = await ctx.db.query("tenants").paginate({ numItems: TENANTS, cursor });
    for (const { _id } of page.page) await schedule.ensure(ctx, _id);
    if (!page.isDone) await ctx.scheduler.runAfter(0, internal.jobs.ensure, { cursor: page.continueCursor });
    return null;
  },
});

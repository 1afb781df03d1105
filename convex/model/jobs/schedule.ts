/** When jobs run: one row for each and tenant, and a run that is claimed before it begins, so that it is made once. */
import { JOB_NAMES, JOBS, type JobName } from "@moorage/shared/jobs";
import { internal } from "../../_generated/api.ts";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";
import { raise, resolve } from "../alerts.ts";

const MINUTE = 60_000;
const DUE_AT_ONCE = 100;
/** A run that has not ended by then never will: its process is gone. Actions end after half an hour. */
const LOST_MS = 35 * MINUTE;
/** So many in a row are no accident. */
const FAILURES = 3;

export type JobRow = Doc<"jobs">;

const everyMs = (name: JobName): number => JOBS[name].everyMinutes * MINUTE;

/** Jobs that the tenant does not have yet begin within their first interval, at most an hour from now. */
export async function ensure(ctx: MutationCtx, tenantId: Id<"tenants">): Promise<void> {
  const known = await ofTenant(ctx, tenantId);
  for (const name of JOB_NAMES) {
    if (known.some((row) => row.name === name)) continue;
    const within = Math.min(everyMs(name), 60 * MINUTE);
    // Tenants made at the same moment do not all come at the same moment again.
    const nextAt = Date.now() + MINUTE + Math.round(Math.random() * within);
    await ctx.db.insert("jobs", { tenantId, name, nextAt });
  }
}

export const ofTenant = (ctx: Pick<QueryCtx, "db">, tenantId: Id<"tenants">): Promise<JobRow[]> =>
  ctx.db
    .query("jobs")
    .withIndex("by_tenant_name", (q) => q.eq("tenantId", tenantId))
    .take(2 * JOB_NAMES.length);

export const find = (ctx: Pick<QueryCtx, "db">, tenantId: Id<"tenants">, name: JobName): Promise<JobRow | null> =>
  ctx.db
    .query("jobs")
    .withIndex("by_tenant_name", (q) => q.eq("tenantId", tenantId).eq("name", name))
    .unique();

/** Starts what is due; answers whether there may be more. */
export async function startDue(ctx: MutationCtx): Promise<boolean> {
  const now = Date.now();
  const due = await ctx.db
    .query("jobs")
    .withIndex("by_nextAt", (q) => q.gt("nextAt", 0).lte("nextAt", now))
    .take(DUE_AT_ONCE);
  for (const row of due) {
    const dueAt = row.nextAt ?? now;
    const missed = Math.floor((now - dueAt) / everyMs(row.name));
    await ctx.db.patch("jobs", row._id, { nextAt: dueAt + (missed + 1) * everyMs(row.name) });
    await start(ctx, row, { trigger: "schedule", dueAt, missed });
  }
  return due.length === DUE_AT_ONCE;
}

/** Nothing, while a run of it goes on. */
export async function start(
  ctx: MutationCtx,
  { _id, tenantId, name: job, runId }: JobRow,
  run: Pick<Doc<"jobRuns">, "trigger" | "dueAt" | "missed">,
): Promise<void> {
  const now = Date.now();
  const before = runId === undefined ? null : await ctx.db.get("jobRuns", runId);
  if (before?.outcome === "running") {
    if (now < before.startedAt + LOST_MS) return;
    await ctx.db.patch("jobRuns", before._id, { outcome: "interrupted", summary: "The process ended before it did." });
  }
  const started = await ctx.db.insert("jobRuns", { tenantId, job, ...run, startedAt: now, outcome: "running" });
  await ctx.db.patch("jobs", _id, { runId: started });
  await ctx.scheduler.runAfter(0, internal.jobs.perform, { runId: started });
}

export async function finish(
  ctx: MutationCtx,
  runId: Id<"jobRuns">,
  end: { outcome: "ok" | "failed"; summary: string },
): Promise<void> {
  const run = await ctx.db.get("jobRuns", runId);
  if (run?.outcome !== "running") return;
  await ctx.db.patch("jobRuns", runId, { ...end, endedAt: Date.now() });
  const { tenantId, job } = run;
  const subject = { tenantId, kind: "job_failing", about: `job:${job}` } as const;
  if (end.outcome === "ok") return resolve(ctx, subject, `The job "${job}" works again.`);
  const last = await ctx.db
    .query("jobRuns")
    .withIndex("by_tenant_job", (q) => q.eq("tenantId", tenantId).eq("job", job))
    .order("desc")
    .take(FAILURES);
  if (last.length === FAILURES && last.every(({ outcome }) => outcome === "failed"))
    await raise(ctx, { ...subject, message: `The job "${job}" failed ${FAILURES} times in a row: ${end.summary}` });
}

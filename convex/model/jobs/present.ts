import type { Job, Run } from "@moorage/shared/contracts/jobs";
import { JOBS } from "@moorage/shared/jobs";
import type { Doc } from "../../_generated/dataModel.ts";
import type { QueryCtx } from "../../_generated/server.ts";
import type { JobRow } from "./schedule.ts";

/** The scheduler looks each minute. */
const OVERDUE_MS = 3 * 60_000;

export async function presentJob(ctx: Pick<QueryCtx, "db">, { name, nextAt, runId }: JobRow): Promise<Job> {
  const run = runId === undefined ? null : await ctx.db.get("jobRuns", runId);
  return {
    name,
    ...JOBS[name],
    state: stateOf(nextAt, run),
    ...(nextAt === undefined ? {} : { nextAt: iso(nextAt) }),
    ...(run === null ? {} : { lastRun: presentRun(run) }),
  };
}

function stateOf(nextAt: number | undefined, run: Doc<"jobRuns"> | null): Job["state"] {
  if (nextAt === undefined) return "paused";
  if (nextAt + OVERDUE_MS < Date.now()) return "overdue";
  return run?.outcome === "running" ? "running" : "waiting";
}

export function presentRun({ startedAt, outcome, trigger, dueAt, missed, endedAt, summary }: Doc<"jobRuns">): Run {
  return {
    outcome,
    trigger,
    dueAt: iso(dueAt),
    startedAt: iso(startedAt),
    ...(endedAt === undefined ? {} : { endedAt: iso(endedAt) }),
    missed,
    ...(summary === undefined ? {} : { summary }),
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

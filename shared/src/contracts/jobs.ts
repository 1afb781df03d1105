/** The jobs, when they ran and what came of it; and how long things are kept. Times are ISO 8601 in UTC. */
import * as z from "zod";
import { defineContract } from "../contract.ts";
import { cursor, limit } from "../fields.ts";
import { JOB_NAMES, KEPT, RUN_OUTCOMES } from "../jobs.ts";

export const run = z.strictObject({
  outcome: z.enum(RUN_OUTCOMES),
  trigger: z.enum(["schedule", "asked"]),
  dueAt: z.string(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  /** Times before this one that passed without a run: no process was there to make it. */
  missed: z.number(),
  summary: z.string().optional(),
});
export type Run = z.infer<typeof run>;

export const job = z.strictObject({
  name: z.enum(JOB_NAMES),
  title: z.string(),
  everyMinutes: z.number(),
  /** `overdue`: its time has passed, and no process has taken it up. */
  state: z.enum(["waiting", "running", "overdue", "paused"]),
  nextAt: z.string().optional(),
  lastRun: run.optional(),
});
export type Job = z.infer<typeof job>;

const name = z.enum(JOB_NAMES);

export const list = defineContract({
  path: "jobs:list",
  kind: "query",
  scope: "status:read",
  args: z.strictObject({}),
  result: z.strictObject({ jobs: z.array(job) }),
});

export const runs = defineContract({
  path: "jobs:runs",
  kind: "query",
  scope: "status:read",
  args: z.strictObject({ job: name, limit: limit.optional(), cursor: cursor.optional() }),
  /** Newest first. */
  result: z.strictObject({ runs: z.array(run), cursor: z.string().optional() }),
});

/** Now, beside its times; while it runs already nothing more begins. */
export const start = defineContract({
  path: "jobs:start",
  kind: "mutation",
  scope: "status:write",
  args: z.strictObject({ job: name }),
  result: z.strictObject({ job }),
});

export const pause = defineContract({
  path: "jobs:pause",
  kind: "mutation",
  scope: "status:write",
  args: z.strictObject({ job: name, resume: z.boolean().optional() }),
  result: z.strictObject({ job }),
});

const days = z.int().min(1).max(3_650);

/** Days that each is kept for. */
export const kept = z.strictObject(
  Object.fromEntries(KEPT.map((what) => [what, days])) as Record<(typeof KEPT)[number], typeof days>,
);

export const retention = defineContract({
  path: "jobs:retention",
  kind: "query",
  scope: "status:read",
  args: z.strictObject({}),
  result: kept,
});

export const setRetention = defineContract({
  path: "jobs:setRetention",
  kind: "mutation",
  scope: "keys:admin",
  args: kept.partial(),
  result: kept,
});

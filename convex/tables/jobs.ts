import { JOB_NAMES, RUN_OUTCOMES } from "@moorage/shared/jobs";
import { defineTable } from "convex/server";
import { v } from "convex/values";
import { literals } from "convex-helpers/validators";

const vDays = v.optional(v.number());

export const jobTables = {
  // When each job of a tenant is due. Made with the tenant, or by jobs:ensure after an update; written by whatever starts
  // or pauses the job.
  jobs: defineTable({
    tenantId: v.id("tenants"),
    name: literals(...JOB_NAMES),
    /** Absent while it is paused. */
    nextAt: v.optional(v.number()),
    /** The run that has not ended, as far as is known. */
    runId: v.optional(v.id("jobRuns")),
  })
    .index("by_tenant_name", ["tenantId", "name"])
    .index("by_nextAt", ["nextAt"]),

  // What the jobs did. Written by jobs:tick, jobs:start and jobs:finish; removed by retention.
  jobRuns: defineTable({
    tenantId: v.id("tenants"),
    job: literals(...JOB_NAMES),
    trigger: literals("schedule", "asked"),
    dueAt: v.number(),
    startedAt: v.number(),
    missed: v.number(),
    outcome: literals(...RUN_OUTCOMES),
    endedAt: v.optional(v.number()),
    summary: v.optional(v.string()),
  })
    .index("by_tenant", ["tenantId"])
    .index("by_tenant_job", ["tenantId", "job"]),

  // Days that records are kept for, where they are not the usual ones; memories have a policy of their own. One row a
  // tenant, written by jobs:setRetention.
  recordRetentions: defineTable({
    tenantId: v.id("tenants"),
    events: vDays,
    logs: vDays,
    configurations: vDays,
    runs: vDays,
    alerts: vDays,
  }).index("by_tenant", ["tenantId"]),
};

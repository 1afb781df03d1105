/** The parts of jobs that have a database: see model/jobs/work.ts. */
import { v } from "convex/values";
import { literals } from "convex-helpers/validators";
import { internalMutation, internalQuery } from "./_generated/server.ts";
import { inspect as inspectParts, noteFindings as note } from "./model/jobs/integrations.ts";
import { retain as removeOld } from "./model/jobs/retention.ts";
import { findDue } from "./model/jobs/rotation.ts";
import { findStale } from "./model/jobs/stale.ts";
import { summarise as writeSummary } from "./model/jobs/summary.ts";

const tenant = { tenantId: v.id("tenants") };
const vFinding = v.object({ name: literals("secrets", "audit", "webhook"), problem: v.optional(v.string()) });

export const staleServers = internalMutation({
  args: { ...tenant, missed: v.number() },
  returns: v.string(),
  handler: findStale,
});

export const secretRotation = internalMutation({
  args: tenant,
  returns: v.string(),
  handler: (ctx, { tenantId }) => findDue(ctx, tenantId),
});

export const retain = internalMutation({
  args: tenant,
  returns: v.number(),
  handler: (ctx, { tenantId }) => removeOld(ctx, tenantId),
});

export const summarise = internalMutation({
  args: tenant,
  returns: v.string(),
  handler: (ctx, { tenantId }) => writeSummary(ctx, tenantId),
});

export const inspect = internalQuery({
  args: tenant,
  returns: v.array(vFinding),
  handler: (ctx, { tenantId }) => inspectParts(ctx, tenantId),
});

export const noteFindings = internalMutation({
  args: { ...tenant, findings: v.array(vFinding) },
  returns: v.number(),
  handler: (ctx, { tenantId, findings }) => note(ctx, tenantId, findings),
});

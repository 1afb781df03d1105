/** The parts of jobs that have a database: see model/jobs/work.ts. */
import { CLOUDS, PROVIDERS } from "@moorage/shared/deployment";
import { v } from "convex/values";
import { literals } from "convex-helpers/validators";
import { internalMutation, internalQuery } from "./_generated/server.ts";
import { inspect as inspectParts, noteFindings as tellFindings } from "./model/jobs/integrations.ts";
import { noteOrphans as tellOrphans } from "./model/jobs/orphans.ts";
import { noteConnection as keepFinding } from "./model/jobs/providers.ts";
import { retain as removeOld, SOURCES } from "./model/jobs/retention.ts";
import { findDue } from "./model/jobs/rotation.ts";
import { findStale } from "./model/jobs/stale.ts";
import { summarise as writeSummary } from "./model/jobs/summary.ts";
import { forgetOld } from "./model/memories/retention.ts";
import { vFailure } from "./model/providers/validators.ts";

const vProvider = literals(...PROVIDERS);
const vCloud = literals(...CLOUDS);
const tenant = { tenantId: v.id("tenants") };
const vPlace = v.object({ before: v.number(), cursor: v.string() });
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
  args: { ...tenant, source: literals(...SOURCES), after: v.optional(vPlace) },
  returns: v.object({ removed: v.number(), next: v.optional(vPlace) }),
  handler: removeOld,
});

export const forget = internalMutation({
  args: tenant,
  returns: v.number(),
  handler: (ctx, { tenantId }) => forgetOld(ctx, tenantId),
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
  handler: (ctx, { tenantId, findings }) => tellFindings(ctx, tenantId, findings),
});

export const connections = internalQuery({
  args: tenant,
  returns: v.array(v.object({ provider: vCloud, version: v.number() })),
  handler: async (ctx, { tenantId }) => {
    const rows = await ctx.db
      .query("connections")
      .withIndex("by_tenant_provider", (q) => q.eq("tenantId", tenantId))
      .take(CLOUDS.length);
    return rows.map(({ provider, version }) => ({ provider, version }));
  },
});

export const noteConnection = internalMutation({
  args: {
    ...tenant,
    provider: vCloud,
    version: v.number(),
    failure: v.optional(v.object({ class: vFailure.fields.class, message: v.string() })),
  },
  returns: v.null(),
  handler: async (ctx, found) => {
    await keepFinding(ctx, found);
    return null;
  },
});

export const noteOrphans = internalMutation({
  args: {
    ...tenant,
    provider: vProvider,
    servers: v.array(
      v.object({
        id: v.string(),
        name: v.string(),
        createdAt: v.optional(v.number()),
        deployment: v.optional(v.string()),
      }),
    ),
  },
  returns: v.number(),
  handler: tellOrphans,
});

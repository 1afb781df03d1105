/** Removes what is older than the tenant's policy keeps, a page of each at a time. */
import { type Kept, RETENTION_DAYS } from "@moorage/shared/jobs";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";
import { forgetOld } from "../memories/retention.ts";

const DAY_MS = 24 * 60 * 60_000;
const PAGE = 100;
/** So many of a kind are looked at for some that may go. */
const SCAN = 500;
/** Configurations before the wanted one that a deployment can always go back to. */
const GENERATIONS = 10;

type TenantId = Id<"tenants">;

/** Answers how many rows it removed; none means that nothing is left to remove. */
export async function retain(ctx: MutationCtx, tenantId: TenantId): Promise<number> {
  const days = await policyOf(ctx, tenantId);
  const before = (what: Kept) => Date.now() - days[what] * DAY_MS;
  const removed = [
    ...(await oldEvents(ctx, tenantId, before("events"))),
    ...(await oldRuns(ctx, tenantId, before("runs"))),
    ...(await oldDeliveries(ctx, tenantId, before("runs"))),
    ...(await oldLogs(ctx, tenantId, before("logs"))),
    ...(await oldAlerts(ctx, tenantId, before("alerts"))),
    ...(await oldConfigurations(ctx, tenantId, before("configurations"))),
  ];
  for (const { _id } of removed) await ctx.db.delete(_id);
  return removed.length + (await forgetOld(ctx, tenantId));
}

export type Days = Record<Kept, number>;

export async function policyOf(ctx: Pick<QueryCtx, "db">, tenantId: TenantId): Promise<Days> {
  const row = await findPolicy(ctx, tenantId);
  const { events, logs, configurations, runs, alerts } = { ...RETENTION_DAYS, ...row };
  return { events, logs, configurations, runs, alerts };
}

export async function setPolicy(ctx: MutationCtx, tenantId: TenantId, days: Partial<Days>): Promise<Days> {
  const row = await findPolicy(ctx, tenantId);
  if (row === null) await ctx.db.insert("recordRetentions", { tenantId, ...days });
  else await ctx.db.patch("recordRetentions", row._id, days);
  return policyOf(ctx, tenantId);
}

const findPolicy = (ctx: Pick<QueryCtx, "db">, tenantId: TenantId): Promise<Doc<"recordRetentions"> | null> =>
  ctx.db
    .query("recordRetentions")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    .unique();

const oldEvents = (ctx: MutationCtx, tenantId: TenantId, before: number) =>
  ctx.db
    .query("events")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).lt("_creationTime", before))
    .take(PAGE);

async function oldRuns(ctx: MutationCtx, tenantId: TenantId, before: number): Promise<Doc<"jobRuns">[]> {
  const rows = await ctx.db
    .query("jobRuns")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).lt("_creationTime", before))
    .take(PAGE);
  return rows.filter(({ outcome }) => outcome !== "running");
}

async function oldDeliveries(ctx: MutationCtx, tenantId: TenantId, before: number): Promise<Doc<"deliveries">[]> {
  const rows = await ctx.db
    .query("deliveries")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).lt("_creationTime", before))
    .take(PAGE);
  return rows.filter(({ state }) => state !== "waiting");
}

const oldLogs = (ctx: MutationCtx, tenantId: TenantId, before: number) =>
  ctx.db
    .query("instanceLogs")
    .withIndex("by_tenant_at", (q) => q.eq("tenantId", tenantId).lt("at", before))
    .take(PAGE);

/** An alert that nobody has seen, and that is not over, stays. */
async function oldAlerts(ctx: MutationCtx, tenantId: TenantId, before: number): Promise<Doc<"alerts">[]> {
  const rows = await ctx.db
    .query("alerts")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).lt("_creationTime", before))
    .take(SCAN);
  return rows.filter((row) => row.acknowledgedAt !== undefined || row.resolvedAt !== undefined).slice(0, PAGE);
}

async function oldConfigurations(
  ctx: MutationCtx,
  tenantId: TenantId,
  before: number,
): Promise<Doc<"deploymentVersions">[]> {
  const rows = await ctx.db
    .query("deploymentVersions")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).lt("_creationTime", before))
    .take(SCAN);
  const removable: Doc<"deploymentVersions">[] = [];
  for (const row of rows) {
    const deployment = await ctx.db.get("deployments", row.deploymentId);
    // What it was in the end stays with a deployment that is no more.
    const kept = deployment?.endedAt === undefined ? GENERATIONS : 0;
    if (deployment === null || row.generation < deployment.generation - kept) removable.push(row);
  }
  return removable.slice(0, PAGE);
}

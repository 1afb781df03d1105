/** Everything at a glance: the fleet, its cost, and what wants looking at. */
import type { ResultOf } from "@moorage/shared/contract";
import type { Deployment } from "@moorage/shared/contracts/deploy";
import type { overview as contract } from "@moorage/shared/contracts/status";
import { CLOUDS } from "@moorage/shared/deployment";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { shownTo } from "../alertAudience.ts";
import { ofTenant as jobsOf } from "../jobs/schedule.ts";
import { iso } from "../secrets/present.ts";
import { presentConnection } from "./connections.ts";
import { present } from "./deployments.ts";
import { publicUrl } from "./publicUrl.ts";
import { orUnheard } from "./unheard.ts";

/** Beyond so many, deploy_list and status_alerts say more. */
const DEPLOYMENTS = 500;
const SHOWN = 20;
const ALERTS = 100;

export async function overview(ctx: AuthedQueryCtx): Promise<ResultOf<typeof contract>> {
  const { tenantId, keyId, agent, scopes } = ctx.principal;
  const fleet = await fleetOf(ctx);
  const simulated = fleet.filter((one) => one.simulated).length;
  const url = publicUrl();
  const connections = await ctx.db
    .query("connections")
    .withIndex("by_tenant_provider", (q) => q.eq("tenantId", tenantId))
    .take(CLOUDS.length);
  const alerts = await ctx.db
    .query("alerts")
    .withIndex("by_tenant_acknowledgedAt", (q) => q.eq("tenantId", tenantId).eq("acknowledgedAt", undefined))
    .order("desc")
    .take(ALERTS);
  const isShown = await shownTo(ctx);
  const lastRun = await ctx.db
    .query("jobRuns")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    .order("desc")
    .first();
  const due = (await jobsOf(ctx, tenantId)).flatMap(({ nextAt }) => nextAt ?? []);
  return {
    tenant: (await ctx.db.get("tenants", tenantId))!.name,
    key: { id: keyId, scopes, ...(agent === undefined ? {} : { agent }) },
    ...(url === undefined ? {} : { publicUrl: url }),
    statuses: countBy(fleet, "status"),
    healths: countBy(fleet, "health"),
    ...(simulated === 0 ? {} : { simulated }),
    attention: fleet.filter(needsAttention).slice(0, SHOWN),
    idle: fleet.filter(({ status }) => status === "stopped").map(({ name }) => name),
    connections: connections.map(presentConnection),
    cost: costOf(fleet),
    openAlerts: alerts.filter((row) => row.resolvedAt === undefined && isShown(row)).length,
    ...(lastRun === null ? {} : { schedulerRanAt: iso(lastRun.startedAt) }),
    ...(due.length === 0 ? {} : { nextJobAt: iso(Math.min(...due)) }),
  };
}

async function fleetOf(ctx: AuthedQueryCtx): Promise<Deployment[]> {
  const { tenantId, agent } = ctx.principal;
  const rows = await ctx.db
    .query("deployments")
    .withIndex("by_tenant_endedAt", (q) => q.eq("tenantId", tenantId).eq("endedAt", undefined))
    .order("desc")
    .take(DEPLOYMENTS);
  const own = rows.filter((row) => agent === undefined || row.agent === agent);
  return (await Promise.all(own.map((row) => present(ctx, row)))).map(orUnheard);
}

const needsAttention = ({ status, health, problem }: Deployment): boolean =>
  problem !== undefined || status === "failed" || (status === "running" && health !== "healthy");

const countBy = (fleet: readonly Deployment[], field: "status" | "health"): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(fleet, (one) => one[field])].map(([value, some]) => [value, some.length]));

/** Whoever stops a server pays on; one that is simulated costs nothing. */
function costOf(fleet: readonly Deployment[]): { monthly: number; currency: string }[] {
  const prices = fleet.flatMap(({ price, simulated }) => (price === undefined || simulated === true ? [] : [price]));
  return [...Map.groupBy(prices, ({ currency }) => currency)].map(([currency, some]) => ({
    currency,
    monthly: Math.round(some.reduce((sum, { monthly }) => sum + monthly, 0) * 100) / 100,
  }));
}

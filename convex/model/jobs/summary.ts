/** The day of an agent's servers in a few lines of its own log, for whoever reads it tomorrow. */
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import * as logs from "../logs.ts";

const DAY_MS = 24 * 60 * 60_000;
const DEPLOYMENTS = 100;
const EVENTS = 500;
const ALERTS = 100;

export async function summarise(ctx: MutationCtx, tenantId: Id<"tenants">): Promise<string> {
  const deployments = await ctx.db
    .query("deployments")
    .withIndex("by_tenant_endedAt", (q) => q.eq("tenantId", tenantId).eq("endedAt", undefined))
    .take(DEPLOYMENTS);
  const byAgent = Map.groupBy(deployments, ({ agent }) => agent);
  const alerts = await openAlerts(ctx, tenantId);
  // A job has no caller whose day it could be.
  const day = new Date().toISOString().slice(0, 10);
  for (const [agent, own] of byAgent) {
    const lines = await Promise.all(own.map((deployment) => lineOf(ctx, deployment)));
    const content = ["Servers in the last 24 hours:", ...lines, `Open alerts: ${alerts}.`].join("\n");
    // In the agent's own name, so that its next session begins with it.
    await logs.insertFor(ctx, { tenantId, agent, day, content, source: `agent:${agent}` });
  }
  return byAgent.size === 0 ? "There are no servers to tell of." : `Logs that have the day's summary: ${byAgent.size}.`;
}

/** Names and numbers only: what servers said is in their events. */
async function lineOf(ctx: MutationCtx, { _id, name, provider, status, price }: Doc<"deployments">): Promise<string> {
  const instance = await ctx.db
    .query("instances")
    .withIndex("by_deployment", (q) => q.eq("deploymentId", _id))
    .first();
  const events = await ctx.db
    .query("events")
    .withIndex("by_deployment", (q) => q.eq("deploymentId", _id).gt("_creationTime", Date.now() - DAY_MS))
    .take(EVENTS);
  const problems = events.filter(({ severity }) => severity !== "info").length;
  const facts = [
    `${status}, ${instance?.health ?? "unknown"}`,
    `${events.length} events, ${problems} of them problems`,
    ...(price === undefined || price.monthly === 0 ? [] : [`${price.monthly} ${price.currency} a month`]),
    ...(instance?.costUsd === undefined ? [] : [`${instance.costUsd.toFixed(2)} USD of models so far`]),
  ];
  const isSimulated = provider === "simulated" ? " (simulated)" : "";
  return `- ${name}${isSimulated}: ${facts.join("; ")}`;
}

async function openAlerts(ctx: MutationCtx, tenantId: Id<"tenants">): Promise<number> {
  const rows = await ctx.db
    .query("alerts")
    .withIndex("by_tenant_acknowledgedAt", (q) => q.eq("tenantId", tenantId).eq("acknowledgedAt", undefined))
    .take(ALERTS);
  return rows.filter(({ resolvedAt }) => resolvedAt === undefined).length;
}

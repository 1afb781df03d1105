/** Whom an alert concerns: a key that acts for one agent is shown those of that agent's servers, any other key all. */
import type { Doc } from "../_generated/dataModel.ts";
import type { AuthedMutationCtx, AuthedQueryCtx } from "../lib/functions.ts";

type AlertRow = Doc<"alerts">;

const DEPLOYMENTS = 500;
const PREFIX = "deployment:";

/** For a list: the servers are looked up once. */
export async function shownTo(ctx: AuthedQueryCtx): Promise<(alert: AlertRow) => boolean> {
  const { tenantId, agent } = ctx.principal;
  if (agent === undefined) return () => true;
  const fleet = await ctx.db
    .query("deployments")
    .withIndex("by_tenant_endedAt", (q) => q.eq("tenantId", tenantId).eq("endedAt", undefined))
    .order("desc")
    .take(DEPLOYMENTS);
  const own = new Set(fleet.filter((row) => row.agent === agent).map(({ _id }) => `${PREFIX}${_id}`));
  return ({ about }) => about !== undefined && own.has(about);
}

export async function isShownTo(ctx: AuthedMutationCtx, { about = "" }: AlertRow): Promise<boolean> {
  const { agent } = ctx.principal;
  if (agent === undefined) return true;
  const id = about.startsWith(PREFIX) ? ctx.db.normalizeId("deployments", about.slice(PREFIX.length)) : null;
  const deployment = id === null ? null : await ctx.db.get("deployments", id);
  return deployment?.agent === agent;
}

/** Forgetting an account: at once where nothing is left at the provider, else with a person's yes to what that means. */
import type { ResultOf } from "@moorage/shared/contract";
import type { disconnect as contract } from "@moorage/shared/contracts/deploy";
import type { Cloud } from "@moorage/shared/deployment";
import type { AuthedMutationCtx } from "../../lib/functions.ts";
import { requireApproval } from "../approvals.ts";
import { requireUnbound } from "../principal.ts";
import { findConnection } from "./connections.ts";

/** So many are named to whoever is asked. */
const NAMED = 20;

export async function disconnect(ctx: AuthedMutationCtx, provider: Cloud): Promise<ResultOf<typeof contract>> {
  requireUnbound(ctx.principal);
  ctx.subjects.push(`provider:${provider}`);
  const connection = await findConnection(ctx, ctx.principal.tenantId, provider);
  if (connection === null) return { status: "not_connected" };
  const lines = await disconnectLines(ctx, provider);
  if (lines !== undefined) {
    const wait = await requireApproval(ctx, { kind: "deploy_disconnect", lines });
    if (wait !== undefined) return wait;
  }
  await ctx.db.delete("connections", connection._id);
  return { status: "disconnected" };
}

/** Undefined where no server needs the account. */
async function disconnectLines(ctx: AuthedMutationCtx, provider: Cloud): Promise<string[] | undefined> {
  const { tenantId } = ctx.principal;
  const servers = await ctx.db
    .query("deployments")
    .withIndex("by_tenant_endedAt_provider", (q) =>
      q.eq("tenantId", tenantId).eq("endedAt", undefined).eq("provider", provider),
    )
    .take(NAMED + 1);
  if (servers.length === 0) return undefined;
  const names = servers.slice(0, NAMED).map(({ name }) => `"${name}"`);
  return [
    `Forget the account at ${provider}.`,
    `Servers there: ${names.join(", ")}${servers.length > NAMED ? " and more" : ""}.`,
    "They go on running, and costing money; without the account nobody can stop or destroy them from here.",
  ];
}

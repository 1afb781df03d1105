/** What happened to a deployment, seen from here. */
import type { event } from "@moorage/shared/contracts/status";
import type * as z from "zod";
import type { Doc } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";
import { iso } from "../secrets/present.ts";
import { labelOf } from "./deployments.ts";

export async function presentEvents(
  ctx: Pick<QueryCtx, "db">,
  rows: readonly Doc<"events">[],
): Promise<z.output<typeof event>[]> {
  const ids = [...new Set(rows.map(({ deploymentId }) => deploymentId))];
  const named = await Promise.all(ids.map(async (id) => [id, (await ctx.db.get("deployments", id))!] as const));
  const deployments = new Map(named);
  return rows.map(({ _id, deploymentId, source, severity, kind, message, at }) => {
    const deployment = deployments.get(deploymentId)!;
    const which = { deployment: deploymentId, name: deployment.name, ...labelOf(deployment) };
    return { id: _id, ...which, source, severity, kind, message, at: iso(at) };
  });
}

interface Seen {
  kind: string;
  message: string;
  severity?: Doc<"events">["severity"];
}

export async function record(
  ctx: MutationCtx,
  { tenantId, _id: deploymentId }: Pick<Doc<"deployments">, "tenantId" | "_id">,
  { kind, message, severity = "info" }: Seen,
): Promise<void> {
  const fields = { tenantId, deploymentId, source: "moorage" as const, severity, kind, message, at: Date.now() };
  await ctx.db.insert("events", fields);
}

/** What happened to a deployment, seen from here. */
import type { event } from "@moorage/shared/contracts/status";
import type * as z from "zod";
import type { Doc } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import { iso } from "../secrets/present.ts";

export function presentEvent(row: Doc<"events">): z.output<typeof event> {
  const { _id, deploymentId, source, severity, kind, message, at } = row;
  return { id: _id, deployment: deploymentId, source, severity, kind, message, at: iso(at) };
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

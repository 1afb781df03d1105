/** Alerts: what a person should look at, each told once until they have acknowledged it. */
import type { Alert } from "@moorage/shared/contracts/status";
import { AppError } from "@moorage/shared/errors";
import type { Doc } from "../_generated/dataModel.ts";
import type { MutationCtx } from "../_generated/server.ts";
import type { AuthedMutationCtx } from "../lib/functions.ts";

type AlertRow = Doc<"alerts">;

/** Adds to an alert that says the same and is still open, else opens one. */
export async function raise(
  ctx: MutationCtx,
  alert: Pick<AlertRow, "tenantId" | "kind" | "keyId" | "message" | "count">,
): Promise<void> {
  const open = await ctx.db
    .query("alerts")
    .withIndex("by_key_kind_acknowledgedAt", (q) =>
      q.eq("keyId", alert.keyId).eq("kind", alert.kind).eq("acknowledgedAt", undefined),
    )
    .filter((q) => q.eq(q.field("message"), alert.message))
    .first();
  const lastAt = Date.now();
  if (open === null) await ctx.db.insert("alerts", { ...alert, lastAt });
  else await ctx.db.patch("alerts", open._id, { count: open.count + alert.count, lastAt });
}

export async function acknowledge(ctx: AuthedMutationCtx, id: string): Promise<Alert> {
  const alertId = ctx.db.normalizeId("alerts", id);
  const alert = alertId === null ? null : await ctx.db.get("alerts", alertId);
  if (alert === null || alert.tenantId !== ctx.principal.tenantId)
    throw new AppError("not_found", `There is no alert "${id}".`);
  const acknowledgedAt = alert.acknowledgedAt ?? Date.now();
  ctx.subjects.push(`alert:${id}`);
  await ctx.db.patch("alerts", alert._id, { acknowledgedAt });
  return present({ ...alert, acknowledgedAt });
}

export function present({ _id, _creationTime, kind, keyId, message, count, lastAt, acknowledgedAt }: AlertRow): Alert {
  return {
    id: _id,
    kind,
    keyId,
    message,
    count,
    firstAt: new Date(_creationTime).toISOString(),
    lastAt: new Date(lastAt).toISOString(),
    ...(acknowledgedAt === undefined ? {} : { acknowledgedAt: new Date(acknowledgedAt).toISOString() }),
  };
}

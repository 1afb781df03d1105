/** Alerts: what a person should look at, each told once until they have acknowledged it or it is over. */
import { ALERTS } from "@moorage/shared/alerts";
import type { Alert } from "@moorage/shared/contracts/status";
import { AppError } from "@moorage/shared/errors";
import type { Doc, Id } from "../_generated/dataModel.ts";
import type { MutationCtx } from "../_generated/server.ts";
import type { AuthedMutationCtx } from "../lib/functions.ts";
import { isShownTo } from "./alertAudience.ts";
import { announce } from "./webhook/deliveries.ts";

type AlertRow = Doc<"alerts">;

interface Subject {
  tenantId: Id<"tenants">;
  kind: AlertRow["kind"];
  /** One of them. */
  keyId?: string;
  about?: string;
}

type News = Subject & Pick<AlertRow, "message"> & { count?: number; severity?: AlertRow["severity"] };

/** How far back an alert of the same subject is looked for. */
const RECENT = 50;

/** What goes on until it is over: acknowledged, it is told again only when there is something else to say of it. */
const LASTING: readonly AlertRow["kind"][] = [
  "server_health",
  "secret_rotation_due",
  "provider_failing",
  "servers_orphaned",
  "job_failing",
  "integration_failing",
];

/** Adds to an alert that is still open, else opens one. Of a key every message is an alert of its own. */
export async function raise(ctx: MutationCtx, { count = 1, severity, ...news }: News): Promise<void> {
  const { keyId, kind, message } = news;
  const open = (await recent(ctx, news)).find(
    (row) =>
      row.resolvedAt === undefined &&
      (row.acknowledgedAt === undefined || (LASTING.includes(kind) && row.message === message)) &&
      (keyId === undefined || row.message === message),
  );
  const now = { lastAt: Date.now(), ...(severity === undefined ? {} : { severity }) };
  if (open === undefined) {
    const id = await ctx.db.insert("alerts", { ...news, count, ...now });
    await announce(ctx, news.tenantId, id, "opened");
    return;
  }
  await ctx.db.patch("alerts", open._id, { message, count: open.count + count, ...now });
  if (open.message !== message) await announce(ctx, news.tenantId, open._id, "changed");
}

/** What it was about is well again; a message to the webhook says so, where the first did not foresee it. */
export async function resolve(
  ctx: MutationCtx,
  subject: Subject,
  message: string,
  { announces = true }: { announces?: boolean } = {},
): Promise<void> {
  const [last, ...before] = (await recent(ctx, subject)).filter((row) => row.resolvedAt === undefined);
  if (last === undefined) return;
  const resolvedAt = Date.now();
  for (const row of before) await ctx.db.patch("alerts", row._id, { resolvedAt });
  await ctx.db.patch("alerts", last._id, { message, resolvedAt, lastAt: resolvedAt });
  if (announces) await announce(ctx, subject.tenantId, last._id, "resolved");
}

const recent = (ctx: MutationCtx, { tenantId, kind, keyId, about }: Subject): Promise<AlertRow[]> =>
  ctx.db
    .query("alerts")
    .withIndex("by_tenant_kind_keyId_about", (q) =>
      q.eq("tenantId", tenantId).eq("kind", kind).eq("keyId", keyId).eq("about", about),
    )
    .order("desc")
    .take(RECENT);

export async function acknowledge(ctx: AuthedMutationCtx, id: string): Promise<Alert> {
  const alertId = ctx.db.normalizeId("alerts", id);
  const alert = alertId === null ? null : await ctx.db.get("alerts", alertId);
  if (alert === null || alert.tenantId !== ctx.principal.tenantId || !(await isShownTo(ctx, alert)))
    throw new AppError("not_found", "There is no alert with this id.", {
      hint: "status_alerts shows those that exist.",
    });
  const acknowledgedAt = alert.acknowledgedAt ?? Date.now();
  ctx.subjects.push(`alert:${id}`);
  await ctx.db.patch("alerts", alert._id, { acknowledgedAt });
  return present({ ...alert, acknowledgedAt });
}

export function present(row: AlertRow): Alert {
  const { _id, _creationTime, kind, severity, keyId, about, message, count, lastAt } = row;
  return {
    id: _id,
    kind,
    severity: severity ?? ALERTS[kind],
    ...(keyId === undefined ? {} : { keyId }),
    ...(about === undefined ? {} : { about }),
    message,
    count,
    firstAt: iso(_creationTime),
    lastAt: iso(lastAt),
    ...(row.resolvedAt === undefined ? {} : { resolvedAt: iso(row.resolvedAt) }),
    ...(row.acknowledgedAt === undefined ? {} : { acknowledgedAt: iso(row.acknowledgedAt) }),
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Messages to the webhook: waiting from the moment their alert is written, tried with growing pauses, on record. */
import type { Delivery } from "@moorage/shared/contracts/webhook";
import { internal } from "../../_generated/api.ts";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";

/** Two hours and a half, all in all. */
const TRIES = 9;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 60 * 60_000;
/** So long after its time a try was lost, and is made again. */
const LOST_MS = 2 * 60_000;
const PAGE = 100;

type DeliveryRow = Doc<"deliveries">;

export type Result = { ok: true } | { ok: false; isFinal: boolean; problem: string };

/** Nothing, where nobody wants to be told. */
export async function announce(
  ctx: MutationCtx,
  tenantId: Id<"tenants">,
  alertId: Id<"alerts">,
  event: "opened" | "changed" | "resolved",
): Promise<void> {
  if ((await findWebhook(ctx, tenantId)) === null) return;
  const nextAt = Date.now();
  const id = await ctx.db.insert("deliveries", { tenantId, alertId, event, state: "waiting", tries: 0, nextAt });
  await ctx.scheduler.runAfter(0, internal.webhook.deliver, { id, tries: 0 });
}

/** What a try came to; one that another has overtaken changes nothing. */
export async function report(ctx: MutationCtx, row: DeliveryRow, result: Result): Promise<void> {
  const tries = row.tries + 1;
  if (result.ok) {
    await ctx.db.patch("deliveries", row._id, { state: "delivered", tries, nextAt: undefined, problem: undefined });
    return;
  }
  const { problem } = result;
  if (result.isFinal || tries >= TRIES || row.event === "test") {
    await ctx.db.patch("deliveries", row._id, { state: "failed", tries, nextAt: undefined, problem });
    return;
  }
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1)) * (0.75 + Math.random() / 2);
  const nextAt = Date.now() + Math.round(pause);
  await ctx.db.patch("deliveries", row._id, { tries, nextAt, problem });
  await ctx.scheduler.runAt(nextAt, internal.webhook.deliver, { id: row._id, tries });
}

/** Tries again what was to be tried and was not: its process ended, or its function failed. */
export async function resume(ctx: MutationCtx): Promise<void> {
  const lost = await ctx.db
    .query("deliveries")
    .withIndex("by_nextAt", (q) => q.gt("nextAt", 0).lt("nextAt", Date.now() - LOST_MS))
    .take(PAGE);
  for (const { _id: id, tries } of lost) {
    await ctx.db.patch("deliveries", id, { nextAt: Date.now() });
    await ctx.scheduler.runAfter(0, internal.webhook.deliver, { id, tries });
  }
}

export const findWebhook = (ctx: Pick<QueryCtx, "db">, tenantId: Id<"tenants">): Promise<Doc<"webhooks"> | null> =>
  ctx.db
    .query("webhooks")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    .unique();

export function present(row: DeliveryRow): Delivery {
  const { _id, _creationTime, alertId, event, state, tries, problem, nextAt } = row;
  return {
    id: _id,
    ...(alertId === undefined ? {} : { alert: alertId }),
    event,
    state,
    tries,
    at: new Date(_creationTime).toISOString(),
    ...(problem === undefined ? {} : { problem }),
    ...(nextAt === undefined ? {} : { nextTryAt: new Date(nextAt).toISOString() }),
  };
}

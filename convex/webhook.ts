/** Where alerts are sent, and the sending. */
import type { ResultOf } from "@moorage/shared/contract";
import * as contracts from "@moorage/shared/contracts/webhook";
import { AppError } from "@moorage/shared/errors";
import { v } from "convex/values";
import { zid } from "convex-helpers/server/zod4";
import * as z from "zod";
import { internal } from "./_generated/api.ts";
import type { Doc, Id } from "./_generated/dataModel.ts";
import { type ActionCtx, internalAction, internalMutation, internalQuery } from "./_generated/server.ts";
import { authedAction, authedInternalMutation, authedMutation, authedQuery } from "./lib/functions.ts";
import * as alerts from "./model/alerts.ts";
import { openVault } from "./model/crypto/vault.ts";
import { base64url } from "./model/encoding.ts";
import * as deliveries from "./model/webhook/deliveries.ts";
import { messageOf } from "./model/webhook/message.ts";
import { send } from "./model/webhook/send.ts";

const SHOWN = 20;

/** No secret's: nothing that opens secrets gets here. */
const PLACE = { level: "global", agent: "moorage:webhook", name: "ADDRESS" } as const;
const kept = z.object({ url: z.string(), key: z.string() });

type WebhookRow = Doc<"webhooks">;

const sealed = z.strictObject({ protected: z.string(), iv: z.string(), ciphertext: z.string(), tag: z.string() });

const NONE = { hint: "A person sets one: moorage alerts webhook set." };

export const set = authedAction(contracts.set, async (ctx, { url, form }): Promise<ResultOf<typeof contracts.set>> => {
  const { tenantId } = ctx.principal;
  const before: WebhookRow | null = await ctx.runQuery(internal.webhook.find, { tenantId });
  const version = (before?.version ?? 0) + 1;
  const signingKey = `whk_${base64url(crypto.getRandomValues(new Uint8Array(32)))}`;
  const vault = await openVault(ctx, tenantId);
  const value = JSON.stringify({ url, key: signingKey });
  const { sealed } = await vault.seal(PLACE, version, value);
  const host = new URL(url).hostname;
  return { webhook: await ctx.runMutation(internal.webhook.keep, { form, host, version, sealed }), signingKey };
});

export const keep = authedInternalMutation(
  contracts.set,
  {
    args: z.strictObject({ form: contracts.webhook.shape.form, host: z.string(), version: z.number(), sealed }),
    result: contracts.webhook,
    sensitive: ["sealed"],
  },
  async (ctx, { version, ...fields }) => {
    const { tenantId, keyId: setBy } = ctx.principal;
    const before = await deliveries.findWebhook(ctx, tenantId);
    if ((before?.version ?? 0) + 1 !== version) throw new AppError("conflict");
    const row = { tenantId, version, setBy, setAt: Date.now(), ...fields };
    if (before === null) await ctx.db.insert("webhooks", row);
    else await ctx.db.patch("webhooks", before._id, row);
    ctx.subjects.push(`webhook:${fields.host}`);
    return present(row);
  },
);

export const get = authedQuery(contracts.get, async (ctx) => {
  const { tenantId } = ctx.principal;
  const row = await deliveries.findWebhook(ctx, tenantId);
  const sent = await ctx.db
    .query("deliveries")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    .order("desc")
    .take(SHOWN);
  return { ...(row === null ? {} : { webhook: present(row) }), deliveries: sent.map(deliveries.present) };
});

export const off = authedMutation(contracts.off, async (ctx) => {
  const row = await deliveries.findWebhook(ctx, ctx.principal.tenantId);
  if (row === null) throw new AppError("not_found", "There is no webhook.", NONE);
  await ctx.db.delete("webhooks", row._id);
  ctx.subjects.push(`webhook:${row.host}`);
  return { off: true as const };
});

export const test = authedAction(contracts.test, async (ctx): Promise<ResultOf<typeof contracts.test>> => {
  const id = await ctx.runMutation(internal.webhook.prepareTest, {});
  await attempt(ctx, id, 0);
  const row: Doc<"deliveries"> | null = await ctx.runQuery(internal.webhook.findDelivery, { id });
  return { delivery: deliveries.present(row!) };
});

export const prepareTest = authedInternalMutation(
  contracts.test,
  { args: z.strictObject({}), result: zid("deliveries") },
  async (ctx) => {
    const { tenantId } = ctx.principal;
    if ((await deliveries.findWebhook(ctx, tenantId)) === null)
      throw new AppError("not_found", "There is no webhook.", NONE);
    return ctx.db.insert("deliveries", { tenantId, event: "test", state: "waiting", tries: 0 });
  },
);

export const deliver = internalAction({
  args: { id: v.id("deliveries"), tries: v.number() },
  returns: v.null(),
  handler: async (ctx, { id, tries }) => {
    await attempt(ctx, id, tries);
    return null;
  },
});

async function attempt(ctx: ActionCtx, id: Id<"deliveries">, tries: number): Promise<void> {
  const row: Doc<"deliveries"> | null = await ctx.runQuery(internal.webhook.findDelivery, { id });
  if (row === null || row.state !== "waiting" || row.tries !== tries) return;
  const { tenantId, alertId, event } = row;
  const webhook: WebhookRow | null = await ctx.runQuery(internal.webhook.find, { tenantId });
  const alert: Doc<"alerts"> | null =
    alertId === undefined ? null : await ctx.runQuery(internal.webhook.findAlert, { id: alertId });
  await ctx.runMutation(internal.webhook.report, { id, tries, result: await post(ctx, webhook, { id, event, alert }) });
}

async function post(
  ctx: ActionCtx,
  webhook: WebhookRow | null,
  { id, event, alert }: { id: string; event: Doc<"deliveries">["event"]; alert: Doc<"alerts"> | null },
): Promise<deliveries.Result> {
  if (webhook === null) return { ok: false, isFinal: true, problem: "The webhook was turned off." };
  const opened = await openAddress(ctx, webhook).catch(() => undefined);
  if (opened === undefined) return { ok: false, isFinal: false, problem: "The address could not be opened." };
  const { url, key } = opened;
  const told = { id, event, ...(alert === null ? {} : { alert: alerts.present(alert) }) };
  return send(url, webhook.form, messageOf(webhook.form, told, { key, now: Math.floor(Date.now() / 1_000) }));
}

async function openAddress(ctx: ActionCtx, { tenantId, version, sealed }: WebhookRow) {
  const vault = await openVault(ctx, tenantId);
  return kept.parse(JSON.parse(await vault.open(PLACE, version, sealed)));
}

export const report = internalMutation({
  args: {
    id: v.id("deliveries"),
    tries: v.number(),
    result: v.union(
      v.object({ ok: v.literal(true) }),
      v.object({ ok: v.literal(false), isFinal: v.boolean(), problem: v.string() }),
    ),
  },
  returns: v.null(),
  handler: async (ctx, { id, tries, result }) => {
    const row = await ctx.db.get("deliveries", id);
    if (row?.state === "waiting" && row.tries === tries) await deliveries.report(ctx, row, result);
    return null;
  },
});

export const resume = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await deliveries.resume(ctx);
    return null;
  },
});

// For the actions above, which have no database.
export const find = internalQuery({
  args: { tenantId: v.id("tenants") },
  handler: (ctx, { tenantId }) => deliveries.findWebhook(ctx, tenantId),
});
export const findDelivery = internalQuery({
  args: { id: v.id("deliveries") },
  handler: (ctx, { id }) => ctx.db.get("deliveries", id),
});
export const findAlert = internalQuery({
  args: { id: v.id("alerts") },
  handler: (ctx, { id }) => ctx.db.get("alerts", id),
});

const present = ({ host, form, setAt }: Pick<WebhookRow, "host" | "form" | "setAt">) => ({
  host,
  form,
  setAt: new Date(setAt).toISOString(),
});

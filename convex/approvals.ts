import { createApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import type { ResultOf } from "@moorage/shared/contract";
import * as contracts from "@moorage/shared/contracts/approvals";
import { PAGE_ITEMS } from "@moorage/shared/limits";
import { v } from "convex/values";
import * as z from "zod";
import { internal } from "./_generated/api.ts";
import { internalMutation } from "./_generated/server.ts";
import { authedAction, authedInternalMutation, authedMutation, authedQuery } from "./lib/functions.ts";
import * as approvals from "./model/approvals.ts";
import * as keys from "./model/keys/keys.ts";
import { fillPage, parseCursor } from "./model/pages.ts";

/** What was asked and decided is in the audit trail. */
const KEPT_MS = 30 * 24 * 60 * 60_000;
const PAGE = 500;

export const request = authedMutation(contracts.request, async (ctx, { kind, lines }) => {
  const wait = await approvals.requireApproval(ctx, { kind, lines });
  return wait ?? { status: "approved" as const };
});

export const get = authedQuery(contracts.get, async (ctx, { id }) => ({
  approval: await approvals.present(ctx, await approvals.requireShown(ctx, id)),
}));

export const list = authedQuery(contracts.list, async (ctx, { limit = PAGE_ITEMS, cursor }) => {
  const { tenantId } = ctx.principal;
  const before = cursor === undefined ? Infinity : parseCursor(cursor, z.tuple([z.number()]))[0];
  const rows = ctx.db
    .query("approvals")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).lt("_creationTime", before))
    .order("desc");
  const { items, ...next } = await fillPage(rows, {
    limit,
    present: (row) => row,
    bytesOf: ({ lines }) => 300 + lines.join().length,
    placeOf: ({ _creationTime }) => [_creationTime],
  });
  return { approvals: await Promise.all(items.map((row) => approvals.present(ctx, row))), ...next };
});

export const decide = authedMutation(contracts.decide, async (ctx, { id, digest, decision }) => {
  const row = await approvals.requireShown(ctx, id);
  return { approval: await approvals.decide(ctx, row, { digest, decision, as: ctx.principal }) };
});

export const page = authedAction(contracts.page, async (ctx, { id }): Promise<ResultOf<typeof contracts.page>> => {
  const { keyId, secret, text } = createApiKey();
  const proofHash = await proofHashOf(await proofOf(secret));
  const { expiresAt } = await ctx.runMutation(internal.approvals.storePage, { id, keyId, proofHash });
  return { token: text, expiresAt };
});

export const storePage = authedInternalMutation(
  contracts.page,
  {
    args: contracts.page.args.extend({ keyId: z.string(), proofHash: z.string() }),
    result: contracts.page.result.omit({ token: true }),
  },
  async (ctx, { id, ...minted }) => {
    const { _id: approvalId, expiresAt } = await approvals.requireShown(ctx, id);
    await keys.insert(ctx, minted, {
      name: "approval page",
      scopes: ["page:approval"],
      expiresAt,
      purpose: { kind: "approvalPage", approvalId },
    });
    return { expiresAt: new Date(expiresAt).toISOString() };
  },
);

export const policy = authedQuery(contracts.policy, async (ctx) => ({ policy: await approvals.policyOf(ctx) }));

export const setPolicy = authedMutation(contracts.setPolicy, async (ctx, { policy: chosen }) => {
  await ctx.db.patch("tenants", ctx.principal.tenantId, { approvalPolicy: chosen });
  ctx.subjects.push(`policy:${chosen}`);
  return { policy: chosen };
});

/** Removes approvals of long ago, a page at a time. */
export const expire = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const old = await ctx.db
      .query("approvals")
      .withIndex("by_expiresAt", (q) => q.lt("expiresAt", Date.now() - KEPT_MS))
      .take(PAGE);
    for (const { _id } of old) await ctx.db.delete("approvals", _id);
    if (old.length === PAGE) await ctx.scheduler.runAfter(0, internal.approvals.expire, {});
    return null;
  },
});

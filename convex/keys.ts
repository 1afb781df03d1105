import { createApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import type { ResultOf } from "@moorage/shared/contract";
import * as contracts from "@moorage/shared/contracts/keys";
import { PAGE_ITEMS } from "@moorage/shared/limits";
import { instanceOf, isGranted, SCOPES } from "@moorage/shared/scopes";
import { v } from "convex/values";
import * as z from "zod";
import { internal } from "./_generated/api.ts";
import { internalMutation, internalQuery } from "./_generated/server.ts";
import { crossingTheWire } from "./lib/errors.ts";
import { authedAction, authedInternalMutation, authedMutation, authedQuery } from "./lib/functions.ts";
import { grantsFor } from "./model/keys/grants.ts";
import * as keys from "./model/keys/keys.ts";
import * as usage from "./model/keys/usage.ts";
import { fillPage, parseCursor } from "./model/pages.ts";
import { findKey, requirePrincipal } from "./model/principal.ts";
import { vPurpose } from "./tables/keys.ts";

const CODE_MS = 15 * 60_000;
const DEFAULT_GRACE_MINUTES = 24 * 60;
/** Codes and page tokens are forgotten a day after their end. */
const FORGOTTEN_MS = 24 * 60 * 60_000;
const PAGE = 200;

/** What the caller's own key may do. */
export const resolve = authedQuery(contracts.resolve, async ({ principal: { keyId, scopes, agent, expiresAt } }) => ({
  keyId,
  // A key made by a newer release may hold scopes that this one does not know yet.
  scopes: SCOPES.filter((scope) => isGranted(scopes, scope)),
  ...(instanceOf(scopes) === undefined ? {} : { instance: instanceOf(scopes)! }),
  ...(agent === undefined ? {} : { agent }),
  ...(expiresAt === undefined ? {} : { expiresAt }),
}));

/** Who is calling, for actions, which have no database of their own. */
export const authenticate = internalQuery({
  args: {},
  returns: v.object({
    keyId: v.string(),
    tenantId: v.id("tenants"),
    scopes: v.array(v.string()),
    agent: v.optional(v.string()),
    expiresAt: v.optional(v.number()),
    cidrs: v.optional(v.array(v.string())),
    createdBy: v.optional(v.string()),
    purpose: v.optional(vPurpose),
  }),
  handler: (ctx) => crossingTheWire(() => requirePrincipal(ctx)),
});

/** A key is made in an action, where randomness is real; its row is written by the mutation that the action calls. */
async function mint() {
  const { keyId, secret, text } = createApiKey();
  return { text, minted: { keyId, proofHash: await proofHashOf(await proofOf(secret)) } };
}

const minted = { keyId: z.string(), proofHash: z.string() };
type Shown = ResultOf<typeof contracts.create>;

export const create = authedAction(contracts.create, async (ctx, args): Promise<Shown> => {
  const made = await mint();
  return { key: await ctx.runMutation(internal.keys.store, { ...args, ...made.minted }), text: made.text };
});

export const store = authedInternalMutation(
  contracts.create,
  { args: contracts.create.args.extend(minted), result: contracts.apiKey },
  async (ctx, { keyId, proofHash, ...asked }) =>
    keys.presentNew(await keys.insert(ctx, { keyId, proofHash }, grantsFor(ctx.principal, asked))),
);

export const enroll = authedAction(contracts.enroll, async (ctx, args): Promise<ResultOf<typeof contracts.enroll>> => {
  const made = await mint();
  const { expiresAt } = await ctx.runMutation(internal.keys.storeCode, { ...args, ...made.minted });
  return { code: made.text, expiresAt };
});

export const storeCode = authedInternalMutation(
  contracts.enroll,
  { args: contracts.enroll.args.extend(minted), result: z.strictObject({ expiresAt: z.string() }) },
  async (ctx, { keyId, proofHash, ...asked }) => {
    const grants = grantsFor(ctx.principal, asked);
    const expiresAt = Date.now() + CODE_MS;
    const { name, cidrs } = grants;
    await keys.insert(
      ctx,
      { keyId, proofHash },
      {
        name,
        scopes: ["enroll:login"],
        expiresAt,
        purpose: { kind: "enroll", grants },
        ...(cidrs === undefined ? {} : { cidrs }),
      },
    );
    return { expiresAt: new Date(expiresAt).toISOString() };
  },
);

export const redeem = authedAction(contracts.redeem, async (ctx, { claim }): Promise<Shown> => {
  const made = await mint();
  return { key: await ctx.runMutation(internal.keys.storeRedeemed, { claim, ...made.minted }), text: made.text };
});

export const storeRedeemed = authedInternalMutation(
  contracts.redeem,
  { args: contracts.redeem.args.extend(minted), result: contracts.apiKey },
  async (ctx, { claim, ...made }) => keys.presentNew(await keys.redeem(ctx, made, claim)),
);

export const rotate = authedAction(contracts.rotate, async (ctx, args): Promise<Shown> => {
  const made = await mint();
  return { key: await ctx.runMutation(internal.keys.storeSuccessor, { ...args, ...made.minted }), text: made.text };
});

export const storeSuccessor = authedInternalMutation(
  contracts.rotate,
  { args: contracts.rotate.args.extend(minted), result: contracts.apiKey },
  async (ctx, { id, graceMinutes = DEFAULT_GRACE_MINUTES, ...made }) =>
    keys.presentNew(await keys.rotate(ctx, made, { id, graceMinutes })),
);

export const list = authedQuery(contracts.list, async (ctx, { limit = PAGE_ITEMS, cursor }) => {
  const { tenantId } = ctx.principal;
  const before = cursor === undefined ? Infinity : parseCursor(cursor, z.tuple([z.number()]))[0];
  const rows = ctx.db
    .query("keys")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).lt("_creationTime", before))
    .order("desc");
  const page = await fillPage(rows, {
    limit,
    present: (row) => (keys.isShown(row) ? row : undefined),
    bytesOf: () => 500,
    placeOf: (row) => [row._creationTime],
  });
  const shown = await Promise.all(page.items.map((row) => keys.present(ctx, row)));
  return { keys: shown, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
});

export const revoke = authedMutation(contracts.revoke, async (ctx, { id }) => {
  await keys.revoke(ctx, id);
  return { revoked: true as const };
});

export const touch = authedMutation(contracts.touch, async (ctx, { uses }) => {
  let noted = 0;
  for (const use of uses) if (await usage.touch(ctx, use)) noted++;
  return { noted };
});

/** Ends a key at once, for those who run the deployment. Answers whether there is such a key. */
export const end = internalMutation({
  args: { keyId: v.string() },
  returns: v.boolean(),
  handler: async (ctx, { keyId }) => {
    const key = await findKey(ctx, keyId);
    if (key !== null) await keys.end(ctx, key);
    return key !== null;
  },
});

/** Removes codes and page tokens that ended long ago, a page at a time. */
export const forget = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    for (const kind of ["enroll", "enrollInstance", "secretPage", "approvalPage"] as const) {
      const ended = await ctx.db
        .query("keys")
        .withIndex("by_purpose_expiresAt", (q) => q.eq("purpose.kind", kind).lt("expiresAt", Date.now() - FORGOTTEN_MS))
        .take(PAGE);
      for (const key of ended) await ctx.db.delete("keys", key._id);
      if (ended.length === PAGE) await ctx.scheduler.runAfter(0, internal.keys.forget, {});
    }
    return null;
  },
});

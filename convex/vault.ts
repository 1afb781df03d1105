import { v } from "convex/values";
import { internal } from "./_generated/api.ts";
import type { Doc } from "./_generated/dataModel.ts";
import { internalAction, internalMutation, internalQuery, type QueryCtx } from "./_generated/server.ts";
import { readKeys } from "./model/crypto/keySet.ts";
import { rewrapped } from "./model/crypto/vault.ts";
import { vSealed } from "./tables/secrets.ts";

const PAGE = 100;

const fields = { tenantId: v.id("tenants"), kid: v.string(), masterKid: v.string(), wrapped: vSealed };

export const dataKey = internalQuery({
  args: { tenantId: v.id("tenants") },
  returns: v.union(v.null(), v.object(fields)),
  handler: async (ctx, { tenantId }) => {
    const row = await ctx.db
      .query("dataKeys")
      .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
      .unique();
    return row === null ? null : withoutSystemFields(row);
  },
});

/** Of several that race, the first stays, and all go on with it. */
export const keepDataKey = internalMutation({
  args: fields,
  returns: v.object(fields),
  handler: async (ctx, made) => {
    const first = await ctx.db
      .query("dataKeys")
      .withIndex("by_tenant", (q) => q.eq("tenantId", made.tenantId))
      .unique();
    if (first !== null) return withoutSystemFields(first);
    await ctx.db.insert("dataKeys", made);
    return made;
  },
});

/** After a change of the master key: seals data keys under the current one, while everything goes on opening. */
export const rewrap = internalAction({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    if (process.env["MOORAGE_MASTER_KEYS"] === undefined) return null;
    const [, ...older] = readKeys("MOORAGE_MASTER_KEYS");
    for (const { kid: masterKid } of older) {
      const rows: Doc<"dataKeys">[] = await ctx.runQuery(internal.vault.wrappedBy, { masterKid });
      for (const row of rows) {
        const { _id: id, _creationTime: _, ...key } = row;
        await ctx.runMutation(internal.vault.keepWrapped, { id, before: masterKid, ...(await rewrapped(key)) });
      }
      if (rows.length === PAGE) await ctx.scheduler.runAfter(0, internal.vault.rewrap, {});
    }
    return null;
  },
});

export const wrappedBy = internalQuery({
  args: { masterKid: v.string() },
  returns: v.array(v.object({ _id: v.id("dataKeys"), _creationTime: v.number(), ...fields })),
  handler: (ctx, { masterKid }) =>
    ctx.db
      .query("dataKeys")
      .withIndex("by_masterKid", (q) => q.eq("masterKid", masterKid))
      .take(PAGE),
});

export const keepWrapped = internalMutation({
  args: { id: v.id("dataKeys"), before: v.string(), masterKid: v.string(), wrapped: vSealed },
  returns: v.null(),
  handler: async (ctx, { id, before, masterKid, wrapped }) => {
    const row = await ctx.db.get("dataKeys", id);
    if (row?.masterKid === before) await ctx.db.patch("dataKeys", id, { masterKid, wrapped });
    return null;
  },
});

const forTenant = { tenant: v.string() };

/** Gives up a data key whose master key is lost, so that secrets can be set anew: what it sealed does not open any more. */
export const forgetLost = internalMutation({
  args: forTenant,
  returns: v.null(),
  handler: async (ctx, { tenant }) => {
    const lost = await findLost(ctx, tenant);
    if (lost !== undefined) await ctx.db.delete("dataKeys", lost._id);
    return null;
  },
});

/** Whether there is such a one. */
export const hasLost = internalQuery({
  args: forTenant,
  returns: v.boolean(),
  handler: async (ctx, { tenant }) => (await findLost(ctx, tenant)) !== undefined,
});

async function findLost(ctx: QueryCtx, tenant: string): Promise<Doc<"dataKeys"> | undefined> {
  const known = await ctx.db
    .query("tenants")
    .withIndex("by_name", (q) => q.eq("name", tenant))
    .unique();
  if (known === null) return undefined;
  const row = await ctx.db
    .query("dataKeys")
    .withIndex("by_tenant", (q) => q.eq("tenantId", known._id))
    .unique();
  const isLost = row !== null && !readKeys("MOORAGE_MASTER_KEYS").some(({ kid }) => kid === row.masterKid);
  return isLost ? row : undefined;
}

function withoutSystemFields({ tenantId, kid, masterKid, wrapped }: Doc<"dataKeys">) {
  return { tenantId, kid, masterKid, wrapped };
}

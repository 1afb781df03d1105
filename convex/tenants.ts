import { type Infer, v } from "convex/values";
import type { Id } from "./_generated/dataModel.ts";
import { internalMutation, type MutationCtx } from "./_generated/server.ts";
import { ensure } from "./model/jobs/schedule.ts";
import { findKey } from "./model/principal.ts";

const vKey = v.object({
  keyId: v.string(),
  name: v.string(),
  scopes: v.array(v.string()),
  proofHash: v.string(),
  agent: v.optional(v.string()),
  cidrs: v.optional(v.array(v.string())),
  expiresAt: v.optional(v.number()),
});

/** The tenant of the door's own key, which is nobody's. */
const DOOR = "moorage:door";

/**
 * Makes sure that a tenant of this name exists and that it has these keys, with these scopes: a later release gives more.
 * The keys were made by the caller, who alone knows their secrets; only hashes of their proofs come here.
 */
export const provision = internalMutation({
  args: { tenant: v.string(), keys: v.array(vKey), door: v.optional(vKey) },
  returns: v.object({ created: v.number() }),
  handler: async (ctx, { tenant, keys, door }) => {
    let created = await provisionKeys(ctx, await ensureTenant(ctx, tenant), keys);
    if (door !== undefined) created += await provisionKeys(ctx, await ensureTenant(ctx, DOOR), [door]);
    return { created };
  },
});

async function ensureTenant(ctx: MutationCtx, name: string): Promise<Id<"tenants">> {
  const known = await ctx.db
    .query("tenants")
    .withIndex("by_name", (q) => q.eq("name", name))
    .unique();
  const tenantId = known?._id ?? (await ctx.db.insert("tenants", { name }));
  if (name !== DOOR) await ensure(ctx, tenantId);
  return tenantId;
}

async function provisionKeys(ctx: MutationCtx, tenantId: Id<"tenants">, keys: Infer<typeof vKey>[]): Promise<number> {
  let created = 0;
  for (const key of keys) {
    const known = await findKey(ctx, key.keyId);
    if (known === null) {
      await ctx.db.insert("keys", { tenantId, ...key });
      created++;
    } else if (known.tenantId === tenantId && known.scopes.join() !== key.scopes.join())
      await ctx.db.patch("keys", known._id, { scopes: key.scopes });
  }
  return created;
}

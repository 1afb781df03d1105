import { v } from "convex/values";
import { internalMutation } from "./_generated/server.ts";
import { findKey } from "./model/principal.ts";

/**
 * Makes sure that a tenant of this name exists and that it has these keys, with these scopes: a later release gives more. The keys
 * were made by the caller, who alone knows their secrets; only hashes of their proofs come here.
 */
export const provision = internalMutation({
  args: {
    tenant: v.string(),
    keys: v.array(
      v.object({
        keyId: v.string(),
        name: v.string(),
        scopes: v.array(v.string()),
        proofHash: v.string(),
        agent: v.optional(v.string()),
        cidrs: v.optional(v.array(v.string())),
        expiresAt: v.optional(v.number()),
      }),
    ),
  },
  returns: v.object({ created: v.number() }),
  handler: async (ctx, { tenant, keys }) => {
    const tenantRow = await ctx.db
      .query("tenants")
      .withIndex("by_name", (q) => q.eq("name", tenant))
      .unique();
    const tenantId = tenantRow?._id ?? (await ctx.db.insert("tenants", { name: tenant }));
    let created = 0;
    for (const key of keys) {
      const known = await findKey(ctx, key.keyId);
      if (known !== null) {
        const isCurrent = known.scopes.join() === key.scopes.join();
        if (known.tenantId === tenantId && !isCurrent) await ctx.db.patch("keys", known._id, { scopes: key.scopes });
        continue;
      }
      await ctx.db.insert("keys", { tenantId, ...key });
      created++;
    }
    return { created };
  },
});

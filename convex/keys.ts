import * as contracts from "@moorage/shared/contracts/keys";
import { SCOPES } from "@moorage/shared/scopes";
import { v } from "convex/values";
import { internalMutation, internalQuery } from "./_generated/server.ts";
import { crossingTheWire } from "./lib/errors.ts";
import { authedQuery } from "./lib/functions.ts";
import { findKey, requirePrincipal } from "./model/principal.ts";

/** What the caller's own key may do. */
export const resolve = authedQuery(contracts.resolve, async ({ principal: { keyId, scopes, agent, expiresAt } }) => ({
  keyId,
  // A key made by a newer release may hold scopes that this one does not know yet.
  scopes: SCOPES.filter((scope) => scopes.includes(scope)),
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
  }),
  handler: (ctx) => crossingTheWire(() => requirePrincipal(ctx)),
});

/** Ends a key at once: every later call with it is refused. Answers whether there is such a key. */
export const revoke = internalMutation({
  args: { keyId: v.string() },
  returns: v.boolean(),
  handler: async (ctx, { keyId }) => {
    const key = await findKey(ctx, keyId);
    if (key === null) return false;
    if (key.revokedAt === undefined) await ctx.db.patch("keys", key._id, { revokedAt: Date.now() });
    return true;
  },
});

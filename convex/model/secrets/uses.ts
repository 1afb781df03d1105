/** Who resolved what, and when: to the hour, so that programs that start at once do not wait for one another. */
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { QueryCtx } from "../../_generated/server.ts";
import type { AuthedMutationCtx } from "../../lib/functions.ts";

const HOUR_MS = 60 * 60_000;
/** For how long a use counts. */
export const RECENT_MS = 30 * 24 * HOUR_MS;
const AGENTS = 100;

export async function note(ctx: AuthedMutationCtx, secretId: Id<"secrets">, agent: string): Promise<void> {
  const now = Date.now();
  const use = await findUse(ctx, secretId, agent);
  if (use === null)
    await ctx.db.insert("secretUses", { tenantId: ctx.principal.tenantId, secretId, agent, usedAt: now });
  else if (use.usedAt < now - HOUR_MS) await ctx.db.patch("secretUses", use._id, { usedAt: now });
}

export function findUse(
  ctx: Pick<QueryCtx, "db">,
  secretId: Id<"secrets">,
  agent: string,
): Promise<Doc<"secretUses"> | null> {
  return ctx.db
    .query("secretUses")
    .withIndex("by_secret_agent", (q) => q.eq("secretId", secretId).eq("agent", agent))
    .unique();
}

/** Agents that resolved it lately, the latest first. */
export function recent(ctx: Pick<QueryCtx, "db">, secretId: Id<"secrets">): Promise<Doc<"secretUses">[]> {
  return ctx.db
    .query("secretUses")
    .withIndex("by_secret_usedAt", (q) => q.eq("secretId", secretId).gte("usedAt", Date.now() - RECENT_MS))
    .order("desc")
    .take(AGENTS);
}

/** What the door tells of keys' use: rows apart from the keys, so that no call's transaction ever reads what changes. */
import type { MutationCtx } from "../../_generated/server.ts";
import { raise } from "../alerts.ts";
import { networkOf } from "../networks.ts";
import { findKey } from "../principal.ts";

const NETWORKS = 20;
const HOUR_MS = 60 * 60_000;

export interface Use {
  keyId: string;
  address?: string | undefined;
  at: number;
}

/** Answers whether there is such a key. */
export async function touch(ctx: MutationCtx, { keyId, address, at }: Use): Promise<boolean> {
  const key = await findKey(ctx, keyId);
  if (key === null) return false;
  const network = address === undefined ? undefined : networkOf(address);
  const lastUsedAt = Math.min(at, Date.now());
  const usage = await ctx.db
    .query("keyUsage")
    .withIndex("by_keyId", (q) => q.eq("keyId", keyId))
    .unique();
  if (usage === null) {
    const networks = network === undefined ? [] : [network];
    await ctx.db.insert("keyUsage", { tenantId: key.tenantId, keyId, lastUsedAt, networks });
    return true;
  }
  const isNew = network !== undefined && !usage.networks.includes(network);
  // Each of several doors tells at most hourly; together, too.
  if (!isNew && lastUsedAt < usage.lastUsedAt + HOUR_MS) return true;
  const others = usage.networks.filter((known) => known !== network);
  await ctx.db.patch("keyUsage", usage._id, {
    lastUsedAt: Math.max(lastUsedAt, usage.lastUsedAt),
    networks: network === undefined ? others : [network, ...others].slice(0, NETWORKS),
  });
  if (isNew) {
    const message = `The key "${key.name}" was used from a network it had not been used from: ${network}.`;
    await raise(ctx, { tenantId: key.tenantId, kind: "key_new_network", keyId, message, count: 1 });
  }
  return true;
}

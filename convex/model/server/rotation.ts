/**
 * Rotate and prove: servers that load a secret are told when it has a new version, and the old one is kept, without an
 * end, until every one of them has reported the new.
 */
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";
import type { Place } from "../secrets/place.ts";

/** Servers of one tenant that load one secret. */
const SERVERS = 1_000;
const VERSIONS = 100;
/** For how long a version is kept that no server runs with any more. */
export const RETENTION_MS = 30 * 24 * 60 * 60_000;

type Loaded = Doc<"instanceSecrets">;

/** A name has a new value at a place: servers that it reaches pull again. */
export async function tellServers(ctx: MutationCtx, tenantId: Id<"tenants">, place: Place): Promise<void> {
  const loading = await ctx.db
    .query("instanceSecrets")
    .withIndex("by_tenant_name", (q) => q.eq("tenantId", tenantId).eq("name", place.name))
    .take(SERVERS);
  const now = Date.now();
  for (const { instanceId, agent } of loading) {
    if (place.level === "agent" && place.agent !== agent) continue;
    await ctx.db.patch("instances", instanceId, { secretsAt: now, desiredAt: now });
  }
}

/** Ends the versions before the current one, once no server runs with them. */
export async function settle(ctx: MutationCtx, secretId: Id<"secrets">): Promise<void> {
  const secret = await ctx.db.get("secrets", secretId);
  if (secret === null || (await isAwaited(ctx, secret))) return;
  const old = await ctx.db
    .query("secretVersions")
    .withIndex("by_secret", (q) => q.eq("secretId", secretId).lt("version", secret.version))
    .order("desc")
    .take(VERSIONS);
  for (const { _id, keptUntil } of old)
    if (keptUntil === undefined) await ctx.db.patch("secretVersions", _id, { keptUntil: Date.now() + RETENTION_MS });
}

/** Whether a server still runs with a version before the current one. */
const isAwaited = async (ctx: Pick<QueryCtx, "db">, secret: Doc<"secrets">): Promise<boolean> =>
  (await serversOf(ctx, secret._id)).some(({ loaded }) => (loaded ?? 0) < secret.version);

export function serversOf(ctx: Pick<QueryCtx, "db">, secretId: Id<"secrets">): Promise<Loaded[]> {
  return ctx.db
    .query("instanceSecrets")
    .withIndex("by_secret", (q) => q.eq("secretId", secretId))
    .take(SERVERS);
}

/** A server gets these values: from now on rotations of them wait for it. */
export async function pulled(
  ctx: MutationCtx,
  { _id: instanceId, tenantId }: Doc<"instances">,
  agent: string,
  secrets: readonly { name: string; secretId: Id<"secrets">; version: number }[],
): Promise<void> {
  const before = await ctx.db
    .query("instanceSecrets")
    .withIndex("by_instance", (q) => q.eq("instanceId", instanceId))
    .take(SERVERS);
  for (const row of before) {
    const now = secrets.find(({ name }) => name === row.name);
    if (now?.secretId === row.secretId) {
      if (now.version !== row.pulled) await ctx.db.patch("instanceSecrets", row._id, { pulled: now.version });
    } else {
      await ctx.db.delete("instanceSecrets", row._id);
      await settle(ctx, row.secretId);
    }
  }
  for (const { name, secretId, version } of secrets)
    if (!before.some((row) => row.name === name && row.secretId === secretId))
      await ctx.db.insert("instanceSecrets", { tenantId, instanceId, agent, name, secretId, pulled: version });
}

/** A heartbeat says which versions it runs with. */
export async function loaded(
  ctx: MutationCtx,
  instanceId: Id<"instances">,
  versions: readonly { name: string; version: number }[],
): Promise<void> {
  for (const { name, version } of versions) {
    const row = await ctx.db
      .query("instanceSecrets")
      .withIndex("by_instance", (q) => q.eq("instanceId", instanceId).eq("name", name))
      .first();
    if (row === null || row.loaded === version) continue;
    await ctx.db.patch("instanceSecrets", row._id, { loaded: version });
    await settle(ctx, row.secretId);
  }
}

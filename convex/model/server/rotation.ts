/**
 * Rotate and prove: servers that load a secret are told when it has a new version, and the old one is kept, without an
 * end, until every one of them has reported the new.
 */
import type { ResultOf } from "@moorage/shared/contract";
import type { rollout as contract } from "@moorage/shared/contracts/secrets";
import { internal } from "../../_generated/api.ts";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";
import { isoOf } from "../deploy/deployments.ts";
import { given } from "../given.ts";
import type { Place } from "../secrets/place.ts";

/** Servers that are told in one transaction; the next ones are in another. */
const SERVERS = 500;
/** So many secrets a server can load. */
const SECRETS = 500;
const VERSIONS = 100;
/** An answer names so many servers. */
const SHOWN = 100;
/** For how long a version is kept that no server runs with any more. */
export const RETENTION_MS = 30 * 24 * 60 * 60_000;

/** A name has a new value at a place: servers that it reaches pull again. */
export async function tellServers(
  ctx: MutationCtx,
  tenantId: Id<"tenants">,
  place: Place,
  after?: Id<"instances">,
): Promise<void> {
  const loading = await ctx.db
    .query("instanceSecrets")
    .withIndex("by_tenant_name", (q) => {
      const named = q.eq("tenantId", tenantId).eq("name", place.name);
      return after === undefined ? named : named.gt("instanceId", after);
    })
    .take(SERVERS);
  const now = Date.now();
  for (const { instanceId, agent } of loading) {
    if (place.level === "agent" && place.agent !== agent) continue;
    await ctx.db.patch("instances", instanceId, { secretsAt: now, desiredAt: now });
  }
  if (loading.length < SERVERS) return;
  const next = { tenantId, place, after: loading.at(-1)!.instanceId };
  await ctx.scheduler.runAfter(0, internal.instanceWrites.tellMore, next);
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

/** Whether a server still runs with a version before the current one, or has not said which. */
async function isAwaited(ctx: Pick<QueryCtx, "db">, { _id, version }: Doc<"secrets">): Promise<boolean> {
  const behind = await ctx.db
    .query("instanceSecrets")
    .withIndex("by_secret_loaded", (q) => q.eq("secretId", _id).lt("loaded", version))
    .first();
  return behind !== null;
}

/** Who runs with which version, those behind first. */
export async function rollout(
  ctx: Pick<QueryCtx, "db">,
  { _id, version }: Doc<"secrets">,
): Promise<ResultOf<typeof contract>> {
  const rows = await ctx.db
    .query("instanceSecrets")
    .withIndex("by_secret_loaded", (q) => q.eq("secretId", _id))
    .take(SHOWN);
  const servers = await Promise.all(
    rows.map(async ({ instanceId, agent, loaded: runsWith }) => {
      const instance = (await ctx.db.get("instances", instanceId))!;
      const { name: deployment } = (await ctx.db.get("deployments", instance.deploymentId))!;
      return {
        deployment,
        agent,
        ...given({ version: runsWith, lastSeenAt: isoOf(instance.lastSeenAt) }),
      };
    }),
  );
  return { version, isComplete: servers.every((server) => (server.version ?? 0) >= version), servers };
}

export function loadedBy(ctx: Pick<QueryCtx, "db">, instanceId: Id<"instances">): Promise<Doc<"instanceSecrets">[]> {
  return ctx.db
    .query("instanceSecrets")
    .withIndex("by_instance", (q) => q.eq("instanceId", instanceId))
    .take(SECRETS);
}

/** A server gets these values: from now on rotations of them wait for it. */
export async function pulled(
  ctx: MutationCtx,
  { _id: instanceId, tenantId }: Doc<"instances">,
  agent: string,
  secrets: readonly { name: string; secretId: Id<"secrets">; version: number }[],
): Promise<void> {
  const before = await loadedBy(ctx, instanceId);
  for (const row of before) {
    const now = secrets.find(({ name }) => name === row.name);
    if (now?.secretId === row.secretId) {
      if (now.version !== row.pulled) await ctx.db.patch("instanceSecrets", row._id, { pulled: now.version });
    } else {
      await ctx.db.delete("instanceSecrets", row._id);
      await settle(ctx, row.secretId);
    }
  }
  const isNew = ({ name, secretId }: (typeof secrets)[number]) =>
    !before.some((row) => row.name === name && row.secretId === secretId);
  const added = secrets.filter(isNew);
  for (const { name, secretId, version } of added)
    await ctx.db.insert("instanceSecrets", { tenantId, instanceId, agent, name, secretId, pulled: version });
  // The next heartbeat that names versions is about these, even if the numbers are those of before.
  if (added.length > 0) await ctx.db.patch("instances", instanceId, { secretVersions: undefined });
}

/** A server is no more. */
export async function forgotten(ctx: MutationCtx, instanceId: Id<"instances">): Promise<void> {
  const rows = await loadedBy(ctx, instanceId);
  for (const { _id } of rows) await ctx.db.delete("instanceSecrets", _id);
  for (const secretId of new Set(rows.map((row) => row.secretId))) await settle(ctx, secretId);
}

/** A heartbeat says which versions it runs with; what it was never given is no secret of its own. */
export async function loaded(
  ctx: MutationCtx,
  instanceId: Id<"instances">,
  versions: readonly { name: string; version: number }[],
): Promise<void> {
  const rows = await loadedBy(ctx, instanceId);
  const told = versions.filter(({ name }) => rows.some((row) => row.name === name));
  const secretVersions = Object.fromEntries(told.map(({ name, version }) => [name, version]));
  await ctx.db.patch("instances", instanceId, { secretVersions });
  for (const row of rows) {
    const version = told.find(({ name }) => name === row.name)?.version;
    if (version === undefined || row.loaded === version) continue;
    await ctx.db.patch("instanceSecrets", row._id, { loaded: version });
    await settle(ctx, row.secretId);
  }
}

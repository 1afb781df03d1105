/** A deployed server as it calls: which one it is, and what it is to do. */
import type { Desired } from "@moorage/shared/contracts/instances";
import { AppError } from "@moorage/shared/errors";
import { instanceOf } from "@moorage/shared/scopes";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";
import * as keys from "../keys/keys.ts";
import { findKey, type Principal } from "../principal.ts";
import { forgotten } from "./rotation.ts";

export type InstanceRow = Doc<"instances">;
type Db = Pick<QueryCtx, "db">;

/** The server whose key this is. */
export async function requireOwn(ctx: Db & { principal: Principal }): Promise<InstanceRow> {
  const { scopes, keyId, tenantId } = ctx.principal;
  const id = ctx.db.normalizeId("instances", instanceOf(scopes) ?? "");
  if (id === null) throw new AppError("invalid_input", "The key is not a server's.");
  const instance = await ctx.db.get("instances", id);
  if (instance?.tenantId !== tenantId || instance.keyId !== keyId) throw new AppError("unauthenticated");
  return instance;
}

export async function deploymentOf(ctx: Db, { deploymentId }: InstanceRow): Promise<Doc<"deployments">> {
  const deployment = await ctx.db.get("deployments", deploymentId);
  if (deployment === null) throw new Error("An instance has its deployment as long as it lives.");
  return deployment;
}

/** The configuration that is wanted now. */
export async function wantedVersion(ctx: Db, instance: InstanceRow): Promise<Doc<"deploymentVersions">> {
  const { generation } = await deploymentOf(ctx, instance);
  const version = await ctx.db
    .query("deploymentVersions")
    .withIndex("by_deployment_generation", (q) =>
      q.eq("deploymentId", instance.deploymentId).eq("generation", generation),
    )
    .unique();
  if (version === null) throw new Error("Every generation has its configuration.");
  return version;
}

/** A server runs only what it was given. */
export async function hasHad(ctx: Db, instance: InstanceRow, generation: number): Promise<boolean> {
  return generation <= (await deploymentOf(ctx, instance)).generation;
}

export async function desiredOf(ctx: Db, instance: InstanceRow): Promise<Desired> {
  const { generation } = await deploymentOf(ctx, instance);
  return { generation, secretsAt: instance.secretsAt ?? 0, logsWanted: instance.logsWantedAt !== undefined };
}

/** What a server is to do has changed: its shard hears of it within a minute, from the door mostly at once. */
export async function toldToChange(
  ctx: MutationCtx,
  id: Id<"instances">,
  what: { logsWantedAt?: number | undefined } = {},
): Promise<void> {
  await ctx.db.patch("instances", id, { ...what, desiredAt: Date.now() });
}

/** A server is no more: its key ends, and no rotation waits for it. */
export async function leave(ctx: MutationCtx, instance: InstanceRow): Promise<void> {
  const key = instance.keyId === undefined ? null : await findKey(ctx, instance.keyId);
  if (key !== null) await keys.end(ctx, key);
  await forgotten(ctx, instance._id);
  await toldToChange(ctx, instance._id);
}

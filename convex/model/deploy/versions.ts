/** The configurations a deployment had, newest first. */
import { AppError } from "@moorage/shared/errors";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";
import { given } from "../given.ts";
import { toldToChange } from "../server/instances.ts";
import { requireInstance } from "./deployments.ts";
import { type Configuration, differences } from "./differences.ts";
import { learned } from "./image.ts";

/** So many are shown; older ones can be gone back to by their generation all the same. */
const SHOWN = 50;

/** Who wrote a version that nobody asked for: one that takes another back. */
export const MOORAGE = "moorage";

export type VersionRow = Doc<"deploymentVersions">;
type Db = Pick<QueryCtx, "db">;

export function newestVersions(ctx: Db, deploymentId: Id<"deployments">): Promise<VersionRow[]> {
  return ctx.db
    .query("deploymentVersions")
    .withIndex("by_deployment_generation", (q) => q.eq("deploymentId", deploymentId))
    .order("desc")
    .take(SHOWN);
}

export function findVersion(ctx: Db, deploymentId: Id<"deployments">, generation: number): Promise<VersionRow | null> {
  return ctx.db
    .query("deploymentVersions")
    .withIndex("by_deployment_generation", (q) => q.eq("deploymentId", deploymentId).eq("generation", generation))
    .unique();
}

export async function requireVersion(
  ctx: Db,
  { _id, name }: Doc<"deployments">,
  generation: number,
): Promise<VersionRow> {
  const version = await findVersion(ctx, _id, generation);
  if (version === null)
    throw new AppError("not_found", `"${name}" never had a generation ${generation}.`, {
      hint: "deploy_get shows its history.",
    });
  return version;
}

/**
 * What was wanted before the current configuration. Who goes back once more goes further back: what was taken back, by
 * whomever, is nothing to go back to.
 */
export async function requireEarlier(ctx: Db, { _id, name, generation }: Doc<"deployments">): Promise<VersionRow> {
  const current = (await findVersion(ctx, _id, generation))!.configuration;
  let version = await findOrigin(ctx, _id, generation);
  while (version !== null && differences(version.configuration, current).lines.length === 0)
    version = await findOrigin(ctx, _id, version.generation - 1);
  if (version === null)
    throw new AppError("wrong_state", `"${name}" has no earlier configuration to go back to.`, {
      hint: "deploy_get shows its history; name the generation that you mean.",
    });
  return version;
}

/** The version itself, or the one that it stands for, as long as that is kept. */
async function findOrigin(ctx: Db, deploymentId: Id<"deployments">, generation: number): Promise<VersionRow | null> {
  const version = await findVersion(ctx, deploymentId, generation);
  if (version?.restores === undefined) return version;
  return (await findOrigin(ctx, deploymentId, version.restores)) ?? version;
}

/** In what is kept of it and answered. */
export const backTo = (generation: number): string => `Back to generation ${generation}`;

/** A server runs this generation: what its image's tag means is known now, and stays so. */
export async function pin(
  ctx: MutationCtx,
  deploymentId: Id<"deployments">,
  { generation, image }: { generation: number; image?: string | undefined },
): Promise<void> {
  const version = image === undefined ? null : await findVersion(ctx, deploymentId, generation);
  if (version === null) return;
  const { _id, configuration } = version;
  const imageDigest = learned(configuration, image!);
  if (imageDigest !== undefined)
    await ctx.db.patch("deploymentVersions", _id, { configuration: { ...configuration, imageDigest } });
}

interface Wanted {
  configuration: Configuration;
  createdBy: string;
  reason?: string | undefined;
  restores?: number | undefined;
}

/** The configuration that is wanted from now on. Its server learns of it with its next heartbeat. */
export async function addVersion(
  ctx: MutationCtx,
  { tenantId, _id: deploymentId, generation: before }: Doc<"deployments">,
  { configuration, reason, restores, createdBy }: Wanted,
): Promise<number> {
  const generation = before + 1;
  const old = await findVersion(ctx, deploymentId, before);
  const changes = old === null ? [] : differences(old.configuration, configuration).lines;
  const known = given({ restores, reason });
  const version = { tenantId, deploymentId, generation, configuration, changes, createdBy, ...known };
  await ctx.db.insert("deploymentVersions", version);
  await ctx.db.patch("deployments", deploymentId, { generation });
  const instance = await requireInstance(ctx, deploymentId);
  await toldToChange(ctx, instance._id);
  return generation;
}

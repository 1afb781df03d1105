/** The way back to a configuration that ran, when a new one does not. It had been approved, so nobody has to be asked. */
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import { requireInstance } from "./deployments.ts";
import { record } from "./events.ts";
import { addVersion, backTo, findVersion, MOORAGE } from "./versions.ts";

/** A change so recent is taken for the cause of what happens to its server. */
const RECENT_MS = 30 * 60_000;

/** The server has said itself that it went back: what it runs is wanted again, as a new generation. */
export async function goBack(ctx: MutationCtx, deploymentId: Id<"deployments">, why: string): Promise<void> {
  const deployment = (await ctx.db.get("deployments", deploymentId))!;
  const { appliedGeneration } = await requireInstance(ctx, deploymentId);
  if (appliedGeneration === undefined || appliedGeneration === deployment.generation) return;
  await want(ctx, deployment, appliedGeneration, why);
}

/** A server is not well any more: answers whether its last change was new enough to be undone, and was. */
export async function undoRecentChange(
  ctx: MutationCtx,
  deployment: Doc<"deployments">,
  why: string,
): Promise<boolean> {
  const { _id, generation, operationId } = deployment;
  const last = await findVersion(ctx, _id, generation);
  const { appliedGeneration } = await requireInstance(ctx, _id);
  const isCause =
    last !== null &&
    last.createdBy !== MOORAGE &&
    last._creationTime > Date.now() - RECENT_MS &&
    appliedGeneration === generation;
  if (!isCause || generation === 1 || operationId !== undefined) return false;
  return want(ctx, deployment, generation - 1, why);
}

async function want(
  ctx: MutationCtx,
  deployment: Doc<"deployments">,
  generation: number,
  why: string,
): Promise<boolean> {
  const before = await findVersion(ctx, deployment._id, generation);
  if (before === null) return false;
  const { configuration } = before;
  const reason = `${backTo(generation)}: ${why}`;
  await addVersion(ctx, deployment, { configuration, reason, restores: generation, createdBy: MOORAGE });
  await record(ctx, deployment, { kind: "rolled_back", severity: "warning", message: reason });
  return true;
}

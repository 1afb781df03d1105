/** The way back to the configuration that last ran, when a new one did not. */
import type { Id } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import { requireInstance } from "./deployments.ts";
import { record } from "./events.ts";
import { addVersion, findVersion } from "./versions.ts";

/** Who wrote a version that nobody asked for. */
export const MOORAGE = "moorage";

/** What ran before is wanted again, as a new generation: it had been approved, so nobody has to be asked. */
export async function goBack(ctx: MutationCtx, deploymentId: Id<"deployments">, why: string): Promise<void> {
  const deployment = (await ctx.db.get("deployments", deploymentId))!;
  const { appliedGeneration } = await requireInstance(ctx, deploymentId);
  if (appliedGeneration === undefined || appliedGeneration === deployment.generation) return;
  const before = await findVersion(ctx, deploymentId, appliedGeneration);
  if (before === null) return;
  const reason = `Back to generation ${appliedGeneration}: ${why}`;
  await addVersion(ctx, deployment, { configuration: before.configuration, reason, createdBy: MOORAGE });
  await record(ctx, deployment, { kind: "rolled_back", severity: "warning", message: reason });
}

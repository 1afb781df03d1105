/** The configurations a deployment had, newest first. */
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { QueryCtx } from "../../_generated/server.ts";

/** So many are shown; older ones can be gone back to by their generation all the same. */
const SHOWN = 50;

export type VersionRow = Doc<"deploymentVersions">;
type Db = Pick<QueryCtx, "db">;

export function newestVersions(ctx: Db, deploymentId: Id<"deployments">): Promise<VersionRow[]> {
  return ctx.db
    .query("deploymentVersions")
    .withIndex("by_deployment_generation", (q) => q.eq("deploymentId", deploymentId))
    .order("desc")
    .take(SHOWN);
}

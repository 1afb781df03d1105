/** The last log lines that a server sent. */
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { QueryCtx } from "../../_generated/server.ts";

/** Newer ones would say little more. */
export const LOGS_FRESH_MS = 60_000;

export const findLogs = (
  ctx: Pick<QueryCtx, "db">,
  deploymentId: Id<"deployments">,
): Promise<Doc<"instanceLogs"> | null> =>
  ctx.db
    .query("instanceLogs")
    .withIndex("by_deployment", (q) => q.eq("deploymentId", deploymentId))
    .unique();

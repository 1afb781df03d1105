/**
 * Servers that nobody hears and nobody missed. The door tells of silence within minutes; this finds those of which it can
 * tell nothing any more, because it was started anew or is not there.
 */
import { SHARD_SILENT_MS } from "@moorage/shared/presence";
import type { Id } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import { become, hear } from "../server/heard.ts";

const PAGE = 200;

export async function findStale(
  ctx: MutationCtx,
  { tenantId, missed }: { tenantId: Id<"tenants">; missed: number },
): Promise<string> {
  // While no process was open nobody could be heard: that is no news of the servers.
  if (missed > 0) return "No process was listening before; servers have until the next run.";
  const isListening = await hasShard(ctx);
  let silent = 0;
  let unheard = 0;
  for (const health of ["healthy", "degraded"] as const) {
    const rows = await ctx.db
      .query("instances")
      .withIndex("by_tenant_health_lastSeenAt", (q) =>
        q
          .eq("tenantId", tenantId)
          .eq("health", health)
          .lt("lastSeenAt", Date.now() - SHARD_SILENT_MS),
      )
      .take(PAGE);
    for (const instance of rows) {
      // Of a large fleet it tells in turns, and would have told of silence: no news is good news.
      if (await isHeard(ctx, instance.shard)) continue;
      const deployment = await ctx.db.get("deployments", instance.deploymentId);
      if (!isListening) {
        await become(ctx, instance, "unknown", "no door is open that could hear it");
        unheard++;
      } else if (deployment?.status === "running") {
        await hear(ctx, instance, { lastSeenAt: instance.lastSeenAt ?? 0, silent: true });
        silent++;
      } else
        await ctx.db.patch("instances", instance._id, {
          health: "unknown",
          healthSince: Date.now(),
          healthReason: undefined,
        });
    }
  }
  if (unheard > 0) return `Servers that nobody could hear, for no door is open: ${unheard}.`;
  return silent === 0 ? "No server has fallen silent." : `Servers that have fallen silent: ${silent}.`;
}

/** Whether the shard that would hear it is at work. */
async function isHeard(ctx: MutationCtx, shard: string | undefined): Promise<boolean> {
  if (shard === undefined) return false;
  const row = await ctx.db
    .query("presenceShards")
    .withIndex("by_shard_at", (q) => q.eq("shard", shard).gt("at", Date.now() - SHARD_SILENT_MS))
    .first();
  return row !== null;
}

/** Whether any is: without a door the silence of a server is no sign of its state, and no reason to take a change back. */
async function hasShard(ctx: MutationCtx): Promise<boolean> {
  const row = await ctx.db
    .query("presenceShards")
    .withIndex("by_at", (q) => q.gt("at", Date.now() - SHARD_SILENT_MS))
    .first();
  return row !== null;
}

/** What a simulated server says of itself: as a real one's agent would, but from a scheduled function. */
import type { Beat } from "@moorage/shared/contracts/instances";
import { SILENT_MS } from "@moorage/shared/presence";
import { internal } from "../../_generated/api.ts";
import type { Doc } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import { happened, hear } from "../server/heard.ts";
import type { InstanceRow } from "../server/instances.ts";
import { loadSecrets } from "./simulatedSecrets.ts";
import { BOOT_MS, scenarioOf } from "./simulatedServers.ts";

const EVERY_MS = 10_000;
/** So long all is well, where a scenario says that it does not last. */
const WELL_MS = 60_000;
/** A report so late was lost: its function failed, and is never run again. */
const LOST_MS = 60_000;
const PAGE = 100;

type Row = Doc<"simulatedServers">;

/** One report, and the next is due. Of a start that is over it says nothing. */
export async function report(ctx: MutationCtx, { id, startedAt }: { id: Row["_id"]; startedAt: number }) {
  const row = await ctx.db.get("simulatedServers", id);
  if (row === null || row.startedAt !== startedAt) return;
  const reportsAt = Date.now() + EVERY_MS;
  await ctx.db.patch("simulatedServers", id, { reportsAt });
  await ctx.scheduler.runAt(reportsAt, internal.simulated.report, { id, startedAt });
  const instance = await instanceOf(ctx, row);
  if (instance !== null) await speak(ctx, row, instance);
}

export async function resume(ctx: MutationCtx): Promise<void> {
  const lost = await ctx.db
    .query("simulatedServers")
    .withIndex("by_reportsAt", (q) => q.gt("reportsAt", 0).lt("reportsAt", Date.now() - LOST_MS))
    .take(PAGE);
  for (const { _id: id, startedAt } of lost) {
    if (startedAt !== undefined) await ctx.scheduler.runAfter(0, internal.simulated.report, { id, startedAt });
  }
}

async function speak(ctx: MutationCtx, row: Row, instance: InstanceRow): Promise<void> {
  const { boot, reports, apply, secrets: loading } = scenarioOf(row);
  if (boot !== undefined || reports === "never") return;
  const now = Date.now();
  const isOver = now > (row.startedAt ?? now) + BOOT_MS + WELL_MS;
  if (isOver && reports === "stops") return silence(ctx, instance, now);
  if (instance.enrolledAt === undefined) await enrol(ctx, instance, now);
  const generation = await applied(ctx, instance, apply === "fails", now);
  const container = isOver && reports === "degrades" ? "unhealthy" : "running";
  const secrets = await loadSecrets(ctx, instance, { generation, follows: loading !== "old" });
  const beat: Beat = { generation, container, bootId: `simulated-${row.startedAt}`, secrets, load: 0.1 };
  const current = (await ctx.db.get("instances", instance._id))!;
  await hear(ctx, current, { lastSeenAt: now, silent: false, beat });
}

async function silence(ctx: MutationCtx, instance: InstanceRow, now: number): Promise<void> {
  const { lastSeenAt } = instance;
  if (lastSeenAt !== undefined && now - lastSeenAt >= SILENT_MS)
    await hear(ctx, instance, { lastSeenAt, silent: true });
}

async function enrol(ctx: MutationCtx, instance: InstanceRow, now: number): Promise<void> {
  await ctx.db.patch("instances", instance._id, { enrolledAt: now });
  const message = "The simulated server has reported in.";
  await happened(ctx, instance, { source: "moorage", severity: "info", kind: "enrolled", message, at: now });
}

/** Which configuration it runs now; a new one is taken at once, or refused. */
async function applied(ctx: MutationCtx, instance: InstanceRow, fails: boolean, now: number): Promise<number> {
  const { appliedGeneration: before = 0, refusedGeneration } = instance;
  const { generation } = (await ctx.db.get("deployments", instance.deploymentId))!;
  const isNew = generation !== before && generation !== refusedGeneration;
  if (!isNew) return before;
  // To what follows a refusal it has gone back already.
  const isBack = refusedGeneration !== undefined && generation === refusedGeneration + 1;
  const isRefused = fails && before > 0 && !isBack;
  const outcome = isRefused ? "rolled_back" : "applied";
  if (isRefused) await ctx.db.patch("instances", instance._id, { refusedGeneration: generation });
  await happened(ctx, instance, {
    source: "instance",
    severity: isRefused ? "error" : "info",
    kind: `apply_${outcome}`,
    message: `configuration ${generation} (simulated)`,
    at: now,
  });
  return isRefused ? before : generation;
}

/** Of the deployment that it was made for, while there is one. */
async function instanceOf(ctx: MutationCtx, { tenantId, deployment }: Row): Promise<InstanceRow | null> {
  const deploymentId = ctx.db.normalizeId("deployments", deployment);
  if (deploymentId === null) return null;
  const instance = await ctx.db
    .query("instances")
    .withIndex("by_deployment", (q) => q.eq("deploymentId", deploymentId))
    .first();
  return instance?.tenantId === tenantId ? instance : null;
}

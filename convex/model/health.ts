/**
 * What is told of a server's health. It changes with every silence and every word; people hear of it when it has settled,
 * once. A server that does not settle is told as that, and then nothing more until it has been calm for a while.
 */
import type { Health } from "@moorage/shared/deployment";
import { internal } from "../_generated/api.ts";
import type { Doc, Id } from "../_generated/dataModel.ts";
import type { MutationCtx } from "../_generated/server.ts";
import { raise, resolve } from "./alerts.ts";
import { calledOf } from "./deploy/deployments.ts";
import { undoRecentChange } from "./deploy/goBack.ts";

const MINUTE = 60_000;

/** How long it has to last until it is told. Silence has lasted minutes already when it counts as unreachable. */
const SETTLES_MS: Record<Health, number> = {
  unreachable: 0,
  degraded: MINUTE,
  healthy: 3 * MINUTE,
  // The door does not hear it, or nobody runs the door: that says nothing of the server.
  unknown: Infinity,
};
const UNSTABLE_MS = 15 * MINUTE;
const CALM_MS = 15 * MINUTE;

const NOT_TO_RUN = "The server is not to run any more.";

type Watch = Doc<"healthWatches">;
type Instance = Doc<"instances">;

/** Called with every change of it. Only a deployment that should run is watched. */
export async function changed(ctx: MutationCtx, instance: Pick<Instance, "_id" | "tenantId" | "deploymentId">) {
  const { tenantId, deploymentId } = instance;
  const deployment = await ctx.db.get("deployments", deploymentId);
  const { health } = (await ctx.db.get("instances", instance._id))!;
  const watch = await find(ctx, deploymentId);
  if (deployment?.status !== "running" || (watch === null && health === "healthy")) return;
  const unsettledAt = Date.now();
  if (watch === null) await ctx.db.insert("healthWatches", { tenantId, deploymentId, told: "healthy", unsettledAt });
  else if (watch.unsettledAt === undefined) await ctx.db.patch("healthWatches", watch._id, { unsettledAt });
  await look(ctx, instance._id, SETTLES_MS[health]);
}

/** Some time after a change: whether it has lasted. */
export async function settle(ctx: MutationCtx, instanceId: Id<"instances">): Promise<void> {
  const instance = await ctx.db.get("instances", instanceId);
  const watch = instance === null ? null : await find(ctx, instance.deploymentId);
  if (instance === null || watch === null) return;
  const deployment = await ctx.db.get("deployments", watch.deploymentId);
  if (deployment?.status !== "running") return end(ctx, watch, NOT_TO_RUN);
  const { health, healthSince, healthReason } = instance;
  if (health === "unknown") return;
  const now = Date.now();
  const settlesMs = watch.told === "unstable" ? CALM_MS : SETTLES_MS[health];
  const name = `The server ${calledOf(deployment)}`;
  if (now < healthSince + settlesMs) {
    if (watch.told !== "unstable" && now - (watch.unsettledAt ?? now) >= UNSTABLE_MS) {
      await tell(ctx, watch, "unstable", `${name} keeps changing between well and not.`);
    }
    // A change after this one has its own look, but not so late a one.
    if (settlesMs > SETTLES_MS[health]) await look(ctx, instanceId, healthSince + settlesMs - now);
    return;
  }
  if (health === "healthy") return end(ctx, watch, `${name} is healthy again.`);
  if (health === watch.told) return ctx.db.patch("healthWatches", watch._id, { unsettledAt: undefined });
  const since = new Date(healthSince).toISOString();
  const isUndone = await undoRecentChange(ctx, deployment, `the server became ${health} after it.`);
  const undone = isUndone ? ` Its last change, generation ${deployment.generation}, was undone.` : "";
  const why = healthReason === undefined ? "" : `: ${healthReason}`;
  await tell(ctx, watch, health, `${name} is ${health} since ${since}${why}.${undone}`);
}

/** The server is to go: whatever was told of it is over. */
export async function unwatch(ctx: MutationCtx, deploymentId: Id<"deployments">): Promise<void> {
  const watch = await find(ctx, deploymentId);
  if (watch !== null) await end(ctx, watch, NOT_TO_RUN);
}

async function tell(ctx: MutationCtx, watch: Watch, told: Watch["told"], message: string): Promise<void> {
  const severity = told === "degraded" ? "warning" : "error";
  await raise(ctx, { ...subjectOf(watch), message, severity });
  await ctx.db.patch("healthWatches", watch._id, {
    told,
    unsettledAt: told === "unstable" ? watch.unsettledAt : undefined,
  });
}

async function end(ctx: MutationCtx, watch: Watch, message: string): Promise<void> {
  await ctx.db.delete("healthWatches", watch._id);
  if (watch.told !== "healthy") await resolve(ctx, subjectOf(watch), message);
}

const subjectOf = ({ tenantId, deploymentId }: Watch) =>
  ({ tenantId, kind: "server_health", about: `deployment:${deploymentId}` }) as const;

async function look(ctx: MutationCtx, instanceId: Id<"instances">, afterMs: number): Promise<void> {
  if (Number.isFinite(afterMs)) await ctx.scheduler.runAfter(afterMs, internal.health.settle, { instanceId });
}

const find = (ctx: MutationCtx, deploymentId: Id<"deployments">): Promise<Watch | null> =>
  ctx.db
    .query("healthWatches")
    .withIndex("by_deployment", (q) => q.eq("deploymentId", deploymentId))
    .unique();

/** What a move of an operation means for its deployment. */
import type { DeploymentStatus } from "@moorage/shared/deployment";
import { internal } from "../../_generated/api.ts";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import { raise, resolve } from "../alerts.ts";
import { calledOf, requireInstance } from "../deploy/deployments.ts";
import { record } from "../deploy/events.ts";
import { goBack } from "../deploy/goBack.ts";
import { findVersion, MOORAGE } from "../deploy/versions.ts";
import { given } from "../given.ts";
import { unwatch } from "../health.ts";
import { leave } from "../server/instances.ts";
import type { Machine } from "./machine.ts";

/** A server that was switched on has reported in by then. */
const BACK_MS = 10 * 60_000;

type DeploymentRow = Doc<"deployments">;

/** A server that is to go can call nobody any more, whatever becomes of it. */
export async function hasEntered(
  ctx: MutationCtx,
  deployment: DeploymentRow,
  { state, problem }: Machine,
): Promise<void> {
  if (state === "done") return;
  const { _id: deploymentId, endedAt } = deployment;
  await record(ctx, deployment, { kind: "operation", message: problem === undefined ? state : `${state}: ${problem}` });
  if (state !== "destroy" || endedAt !== undefined) return;
  await ctx.db.patch("deployments", deploymentId, { status: "destroying", ...given({ problem }) });
  await leave(ctx, await requireInstance(ctx, deploymentId));
  await unwatch(ctx, deploymentId);
}

/** The deployment is free for the next operation, and is what this one has made of it. */
export async function hasEnded(ctx: MutationCtx, operationId: Id<"operations">): Promise<void> {
  const operation = (await ctx.db.get("operations", operationId))!;
  const deployment = (await ctx.db.get("deployments", operation.deploymentId))!;
  const now = Date.now();
  await ctx.db.patch("operations", operationId, { endedAt: now });
  const { kind, outcome, problem } = operation;
  const severity = outcome === "failed" ? "error" : "info";
  const message = `${kind} ${outcome}${problem === undefined || outcome === "succeeded" ? "" : `: ${problem}`}`;
  await record(ctx, deployment, { kind: "operation", severity, message });
  await tell(ctx, deployment, operation);
  // A server that turned up late was taken away: the deployment had ended before, and its name may be another's.
  if (deployment.endedAt !== undefined) return;
  const status = statusAfter(operation, deployment.status);
  const isOver = (status === "failed" || status === "destroyed") && operation.leftover === undefined;
  await ctx.db.patch("deployments", deployment._id, {
    status,
    operationId: undefined,
    problem: outcome === "failed" || (outcome === "cancelled" && isOver) ? problem : undefined,
    ...(isOver ? { endedAt: now } : {}),
  });
  if ((kind === "start" || kind === "restart") && outcome === "succeeded") {
    const { _id: instanceId } = await requireInstance(ctx, deployment._id);
    await ctx.scheduler.runAfter(BACK_MS, internal.health.missed, { instanceId, since: now });
  }
  if (kind === "apply" && outcome !== "succeeded") await goBack(ctx, deployment._id, problem ?? "");
}

/** Whoever asked for it may be asleep by now. What the next operation makes good is over. */
async function tell(ctx: MutationCtx, deployment: DeploymentRow, operation: Doc<"operations">) {
  const { _id, tenantId } = deployment;
  const called = calledOf(deployment);
  const { kind, outcome, problem = "" } = operation;
  const subject = { tenantId, kind: "operation_failed", about: `deployment:${_id}` } as const;
  if (outcome === "failed") await raise(ctx, { ...subject, message: `${called}: ${kind} failed. ${problem}`.trim() });
  else if (outcome === "succeeded") await resolve(ctx, subject, `${called}: ${kind} succeeded.`);
}

/** The server is well with what it was taken back to: the change that failed is no problem any more, and was told of. */
export async function madeGood(ctx: MutationCtx, deployment: DeploymentRow): Promise<void> {
  const { _id, tenantId, generation } = deployment;
  const { health, appliedGeneration } = await requireInstance(ctx, _id);
  if (health !== "healthy" || appliedGeneration !== generation) return;
  const version = await findVersion(ctx, _id, generation);
  if (version?.createdBy !== MOORAGE) return;
  await ctx.db.patch("deployments", _id, { problem: undefined });
  const subject = { tenantId, kind: "operation_failed", about: `deployment:${_id}` } as const;
  await resolve(
    ctx,
    subject,
    `${calledOf(deployment)} is well again with what it ran before. ${version.reason ?? ""}`.trim(),
    {
      announces: false,
    },
  );
}

function statusAfter({ kind, outcome }: Doc<"operations">, before: DeploymentStatus): DeploymentStatus {
  if (kind === "create") return outcome === "succeeded" ? "running" : outcome === "cancelled" ? "destroyed" : "failed";
  if (kind === "destroy") return outcome === "succeeded" ? "destroyed" : "failed";
  if (outcome !== "succeeded" || kind === "apply") return before;
  return kind === "stop" ? "stopped" : "running";
}

/** From an approved plan to a deployment, whose server an operation then makes. */
import type { ResultOf } from "@moorage/shared/contract";
import type { create as contract } from "@moorage/shared/contracts/deploy";
import type { AuthedMutationCtx } from "../../lib/functions.ts";
import { requireTurn } from "../allowance.ts";
import { requireApproval } from "../approvals.ts";
import { start } from "../operations/operations.ts";
import { presentStarted } from "../operations/present.ts";
import { findDone } from "../receipts.ts";
import { createLines, type PlanRow, requireFreeName, requirePlan } from "./plans.ts";
import { keepReceipt } from "./receipt.ts";
import { requireSecrets } from "./secrets.ts";

export async function create(
  ctx: AuthedMutationCtx,
  { planId, ...call }: { planId: string; path: string; opId: string },
): Promise<ResultOf<typeof contract>> {
  const done = await findDone(ctx, call);
  if (done !== undefined) return { status: "started", ...(await presentStarted(ctx, done)) };
  const plan = await requirePlan(ctx, planId);
  await requireFreeName(ctx, plan.name);
  await requireSecrets(ctx, plan.configuration.secrets, plan.agent);
  ctx.subjects.push(`deployment:${plan.name}`);
  const wait = await requireApproval(ctx, { kind: "deploy_create", lines: createLines(plan) });
  if (wait !== undefined) return wait;
  await requireTurn(ctx, "deploy");
  const operationId = await carryOut(ctx, plan);
  await keepReceipt(ctx, call, operationId);
  return { status: "started", ...(await presentStarted(ctx, operationId)) };
}

async function carryOut(ctx: AuthedMutationCtx, plan: PlanRow) {
  const { _id: planId, _creationTime: _, tenantId, keyId: createdBy, expiresAt: __, usedBy: ___, ...asked } = plan;
  const { configuration, ...spec } = asked;
  const fields = { tenantId, ...spec, status: "creating" as const, generation: 1, createdBy };
  const deploymentId = await ctx.db.insert("deployments", fields);
  const first = { tenantId, deploymentId, generation: 1, configuration, changes: [], createdBy };
  await ctx.db.insert("deploymentVersions", first);
  await ctx.db.insert("instances", { tenantId, deploymentId, health: "unknown", healthSince: Date.now() });
  const deployment = (await ctx.db.get("deployments", deploymentId))!;
  const { _id: operationId } = await start(ctx, deployment, { kind: "create", createdBy });
  await ctx.db.patch("plans", planId, { usedBy: operationId });
  return operationId;
}

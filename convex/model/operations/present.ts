/** Operations as people see them. */
import type { Deployment, Operation } from "@moorage/shared/contracts/deploy";
import { AppError } from "@moorage/shared/errors";
import type { Doc } from "../../_generated/dataModel.ts";
import type { AuthedMutationCtx, AuthedQueryCtx } from "../../lib/functions.ts";
import { isoOf, labelOf, present as presentDeployment } from "../deploy/deployments.ts";
import { given } from "../given.ts";
import { iso } from "../secrets/present.ts";
import { callsUntil } from "./machine.ts";

type Ctx = AuthedQueryCtx | AuthedMutationCtx;

/** An operation of the caller's tenant; for a bound key, of its own agent. */
export async function requireOperation(ctx: Ctx, id: string): Promise<Doc<"operations">> {
  const operationId = ctx.db.normalizeId("operations", id);
  const row = operationId === null ? null : await ctx.db.get("operations", operationId);
  const { tenantId, agent } = ctx.principal;
  const deployment = row?.tenantId === tenantId ? await ctx.db.get("deployments", row.deploymentId) : null;
  if (row === null || deployment === null || (agent !== undefined && deployment.agent !== agent))
    throw new AppError("not_found", "There is no operation with this id.", {
      hint: "deploy_get names the operation that is changing a deployment.",
    });
  return row;
}

export async function presentStarted(
  ctx: Ctx,
  operationId: string,
): Promise<{ deployment: Deployment; operation: Operation }> {
  const row = await requireOperation(ctx, operationId);
  const deployment = (await ctx.db.get("deployments", row.deploymentId))!;
  return { deployment: await presentDeployment(ctx, deployment), operation: present(row) };
}

export function present(row: Doc<"operations">): Operation {
  const { _id, _creationTime, deploymentId, kind, state, outcome, tries, enteredAt, giveUpAt, problem, endedAt } = row;
  return {
    id: _id,
    deployment: deploymentId,
    ...labelOf(row),
    kind,
    state,
    tries,
    since: iso(enteredAt),
    // What passed on the way to success is in the events.
    ...given({
      outcome,
      againAt: isoOf(callsUntil(row)),
      giveUpAt: isoOf(giveUpAt),
      problem: outcome === "succeeded" ? undefined : problem,
      endedAt: isoOf(endedAt),
    }),
    createdAt: iso(_creationTime),
  };
}

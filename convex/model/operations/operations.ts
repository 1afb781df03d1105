/** Operations in the database: the machine's moves, kept and scheduled in one transaction with what they mean. */
import type { OperationKind } from "@moorage/shared/deployment";
import { internal } from "../../_generated/api.ts";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import { beingChanged, requireInstance } from "../deploy/deployments.ts";
import { hasEnded, hasEntered, madeGood } from "./effects.ts";
import { begin, type Facts, type Happening, type Machine, type Move, move, type Surroundings } from "./machine.ts";
import type { Job } from "./work.ts";

export type OperationRow = Doc<"operations">;
type DeploymentRow = Doc<"deployments">;

/** Begins to change a deployment. One at a time: whoever comes second is refused. */
export async function start(
  ctx: MutationCtx,
  deployment: DeploymentRow,
  { kind, createdBy, from }: { kind: OperationKind; createdBy: string; from?: number | undefined },
): Promise<OperationRow> {
  if (deployment.operationId !== undefined) throw beingChanged(deployment);
  const { tenantId, _id: deploymentId, provider } = deployment;
  const first = begin(kind, await surroundings(ctx, deployment), from);
  const fields = { tenantId, deploymentId, provider, createdBy, ...fieldsOf(first.machine) };
  const operationId = await ctx.db.insert("operations", fields);
  const isCreate = kind === "create" ? { createdIn: operationId } : {};
  await ctx.db.patch("deployments", deploymentId, { operationId, problem: undefined, ...isCreate });
  await hasEntered(ctx, deployment, first.machine);
  await settle(ctx, operationId, first);
  return (await ctx.db.get("operations", operationId))!;
}

/** Tells an operation what happened; answers whether that changed anything. */
export async function happen(ctx: MutationCtx, id: Id<"operations">, happening: Happening): Promise<boolean> {
  const row = await ctx.db.get("operations", id);
  if (row === null) return false;
  const deployment = (await ctx.db.get("deployments", row.deploymentId))!;
  const moved = move(machineOf(row), happening, await surroundings(ctx, deployment));
  if (moved === undefined) return false;
  await ctx.db.patch("operations", id, fieldsOf(moved.machine));
  if (moved.machine.state !== row.state) await hasEntered(ctx, deployment, moved.machine);
  await settle(ctx, id, moved);
  return true;
}

/** The server has said something: the operation that waits for it may go on. */
export async function notice(ctx: MutationCtx, deploymentId: Id<"deployments">): Promise<void> {
  const deployment = await ctx.db.get("deployments", deploymentId);
  if (deployment?.operationId !== undefined) await happen(ctx, deployment.operationId, { type: "noticed" });
  else if (deployment?.problem !== undefined) await madeGood(ctx, deployment);
}

/** What whoever has just claimed the work must know. */
export async function jobOf(ctx: MutationCtx, operationId: Id<"operations">): Promise<Job> {
  const { seq, tenantId, provider, kind, state, pending, enteredAt, deploymentId } = (await ctx.db.get(
    "operations",
    operationId,
  ))!;
  const { name, region, size, profile, sshKey, serverId, createdIn } = (await ctx.db.get("deployments", deploymentId))!;
  return {
    operationId,
    seq,
    tenantId,
    provider,
    kind,
    state,
    since: enteredAt,
    deploymentId,
    name,
    region,
    size,
    profile,
    instanceId: (await requireInstance(ctx, deploymentId))._id,
    attempt: createdIn ?? operationId,
    ...(pending === undefined ? {} : { pending }),
    ...(serverId === undefined ? {} : { serverId }),
    ...(sshKey === undefined ? {} : { sshKey }),
  };
}

/** What has to be done next is scheduled with it, and so is what is to happen when nobody does it. */
async function settle(ctx: MutationCtx, operationId: Id<"operations">, { machine, performAt }: Move): Promise<void> {
  const { seq, leaseUntil, state } = machine;
  const call = { operationId, seq };
  if (performAt !== undefined) await ctx.scheduler.runAt(performAt, internal.operations.perform, call);
  if (leaseUntil !== undefined) await ctx.scheduler.runAt(leaseUntil, internal.operations.expire, call);
  if (state === "done") await hasEnded(ctx, operationId);
}

async function surroundings(ctx: MutationCtx, { _id, generation }: DeploymentRow): Promise<Surroundings> {
  const instance = await requireInstance(ctx, _id);
  const facts: Facts = {
    enrolled: instance.enrolledAt !== undefined,
    healthy: instance.health === "healthy",
    applied: instance.appliedGeneration === generation,
    refused: instance.refusedGeneration === generation,
  };
  return { now: Date.now(), facts, random: Math.random };
}

/** The fields that the machine moves. */
const MACHINE = [
  "kind",
  "state",
  "seq",
  "tries",
  "leaseUntil",
  "enteredAt",
  "giveUpAt",
  "createUntil",
  "pending",
  "ending",
  "problem",
  "outcome",
  "leftover",
] as const satisfies readonly (keyof Machine)[];

export const machineOf = (row: OperationRow): Machine =>
  Object.fromEntries(MACHINE.filter((name) => row[name] !== undefined).map((name) => [name, row[name]])) as Machine &
    Record<string, unknown>;

/** Every field of the machine, so that one which it lacks now goes from the row. */
const fieldsOf = (machine: Machine) =>
  Object.fromEntries(MACHINE.map((name) => [name, machine[name]])) as Pick<OperationRow, (typeof MACHINE)[number]>;

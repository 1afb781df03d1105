/** Starting, stopping and restarting a server, and taking it away. */
import type { ResultOf } from "@moorage/shared/contract";
import type { destroy as destroyContract } from "@moorage/shared/contracts/deploy";
import { AppError } from "@moorage/shared/errors";
import type { AuthedMutationCtx } from "../../lib/functions.ts";
import { requireApproval } from "../approvals.ts";
import { callsUntil } from "../operations/machine.ts";
import { happen, machineOf, start } from "../operations/operations.ts";
import { presentStarted } from "../operations/present.ts";
import { findDone } from "../receipts.ts";
import { LEAVE_COMMAND } from "../server/bootstrap.ts";
import type { Asked, Changed } from "./change.ts";
import { type DeploymentRow, present, requireDeployment } from "./deployments.ts";
import { record } from "./events.ts";
import { keepReceipt } from "./receipt.ts";

type Power = "start" | "stop" | "restart";

export async function power(
  ctx: AuthedMutationCtx,
  { deployment: named, reason, ...call }: Asked,
  action: Power,
): Promise<Changed> {
  const row = await requireDeployment(ctx, named);
  const done = await findDone(ctx, call);
  if (done !== undefined) return { status: "started", ...(await presentStarted(ctx, done)), changes: [] };
  ctx.subjects.push(`deployment:${row.name}`, action);
  if (row.provider === "host")
    throw new AppError("wrong_state", "A machine of one's own is started and stopped by whoever has it.");
  if (row.status !== "running" && row.status !== "stopped")
    throw new AppError("wrong_state", `"${row.name}" is ${row.status}.`);
  // One that runs for us may be off at its provider: to start it is never in vain.
  if (action === "stop" && row.status === "stopped" && row.operationId === undefined)
    return { status: "unchanged", deployment: await present(ctx, row) };
  // Providers restart only what is on.
  const kind = action === "restart" && row.status === "stopped" ? "start" : action;
  const { _id: operationId } = await start(ctx, row, { kind, createdBy: ctx.principal.keyId });
  await note(ctx, row, action, reason);
  await keepReceipt(ctx, call, operationId);
  return { status: "started", ...(await presentStarted(ctx, operationId)), changes: [] };
}

export async function destroy(
  ctx: AuthedMutationCtx,
  { deployment: named, confirm, reason, ...call }: Asked & { confirm: string },
): Promise<ResultOf<typeof destroyContract>> {
  const done = await findDone(ctx, call);
  if (done !== undefined) return { status: "started", ...(await presentStarted(ctx, done)) };
  const row = await requireDeployment(ctx, named);
  ctx.subjects.push(`deployment:${row.name}`);
  if (row.endedAt !== undefined) throw new AppError("wrong_state", `"${row.name}" has no server any more.`);
  if (confirm !== row.name)
    throw new AppError("invalid_input", `confirm: must be the deployment's name, "${row.name}"`);
  // A yes to what happens anyway would be asked for in vain.
  if (row.status === "destroying" && row.operationId !== undefined)
    return { status: "started", ...(await presentStarted(ctx, row.operationId)) };
  const wait = await requireApproval(ctx, { kind: "deploy_destroy", lines: destroyLines(row) });
  if (wait !== undefined) return wait;
  await note(ctx, row, "destroy", reason);
  const operationId = await takeAway(ctx, row);
  await keepReceipt(ctx, call, operationId);
  return { status: "started", ...(await presentStarted(ctx, operationId)) };
}

/** Whatever is being done to it ends. A server that is being made is taken away by the operation that makes it. */
async function takeAway(ctx: AuthedMutationCtx, row: DeploymentRow) {
  const running = row.operationId === undefined ? null : await ctx.db.get("operations", row.operationId);
  if (running !== null) {
    await happen(ctx, running._id, { type: "cancelled" });
    if (running.kind === "create" || running.kind === "destroy") return running._id;
  }
  const free = (await ctx.db.get("deployments", row._id))!;
  const { _id } = await start(ctx, free, {
    kind: "destroy",
    createdBy: ctx.principal.keyId,
    from: running === null ? undefined : callsUntil(machineOf(running)),
  });
  return _id;
}

const destroyLines = ({ name, provider, serverId, address, region, size }: DeploymentRow): string[] => [
  provider === "simulated"
    ? `End the simulated server "${name}".`
    : provider === "host"
      ? `End the server "${name}". Its agent runs on at your machine, with its secrets, until you stop it there: ${LEAVE_COMMAND}`
      : `Destroy the server "${name}" at ${provider}, and everything on it.`,
  ...(provider === "host" ? [] : [`Size ${size} in ${region}${also(serverId)}${also(address)}.`]),
  "Its agent's memories and secrets are kept.",
];

const also = (text: string | undefined): string => (text === undefined ? "" : `, ${text}`);

async function note(
  ctx: AuthedMutationCtx,
  row: DeploymentRow,
  what: string,
  reason: string | undefined,
): Promise<void> {
  if (reason !== undefined) await record(ctx, row, { kind: "reason", message: `${what}: ${reason}` });
}

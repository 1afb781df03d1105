/** New configurations: shown as a difference, allowed where that is grave, then brought onto the server. */
import type { ResultOf } from "@moorage/shared/contract";
import type { update as contract } from "@moorage/shared/contracts/deploy";
import { AppError } from "@moorage/shared/errors";
import type { AuthedMutationCtx } from "../../lib/functions.ts";
import { requireApproval } from "../approvals.ts";
import { start } from "../operations/operations.ts";
import { presentStarted } from "../operations/present.ts";
import { findDone } from "../receipts.ts";
import { beingChanged, type DeploymentRow, present, requireDeployment } from "./deployments.ts";
import { type Configuration, differences } from "./differences.ts";
import { keepReceipt } from "./receipt.ts";
import { requireSecrets } from "./secrets.ts";
import { addVersion, backTo, requireVersion } from "./versions.ts";

export type Changed = ResultOf<typeof contract>;

export interface Asked {
  deployment: string;
  path: string;
  opId: string;
  reason?: string | undefined;
}

interface Chosen {
  configuration: Configuration;
  /** The generation that it is taken from. */
  restores?: number;
}

export async function change(
  ctx: AuthedMutationCtx,
  { deployment: named, reason, ...call }: Asked,
  configure: (before: Configuration, row: DeploymentRow) => Promise<Chosen> | Chosen,
): Promise<Changed> {
  const row = await requireDeployment(ctx, named);
  const done = await findDone(ctx, call);
  if (done !== undefined) return { status: "started", ...(await presentStarted(ctx, done)), changes: [] };
  ctx.subjects.push(`deployment:${row.name}`);
  const before = (await requireVersion(ctx, row, row.generation)).configuration;
  const { configuration, restores } = await configure(before, row);
  const { lines, needsApproval } = differences(before, configuration);
  if (lines.length === 0) return { status: "unchanged", deployment: await present(ctx, row) };
  requireRunning(row);
  const back = restores === undefined ? undefined : backTo(restores);
  const changes = back === undefined ? lines : [back, ...lines];
  await requireSecrets(ctx, namesAdded(before, configuration), row.agent);
  if (needsApproval) {
    const what = row.provider === "simulated" ? "simulated deployment" : "deployment";
    const asked = [`Change the ${what} "${row.name}", generation ${row.generation}:`, ...changes];
    const wait = await requireApproval(ctx, { kind: "deploy_update", lines: asked });
    if (wait !== undefined) return wait;
  }
  const createdBy = ctx.principal.keyId;
  const why = [back, reason].filter(Boolean).join(": ") || undefined;
  await addVersion(ctx, row, { configuration, reason: why, restores, createdBy });
  const current = (await ctx.db.get("deployments", row._id))!;
  const { _id: operationId } = await start(ctx, current, { kind: "apply", createdBy });
  await keepReceipt(ctx, call, operationId);
  return { status: "started", ...(await presentStarted(ctx, operationId)), changes };
}

/** What is to be changed must be there, and nobody else's at the moment. */
export function requireRunning(row: DeploymentRow): void {
  const { name, status, operationId } = row;
  if (operationId !== undefined) throw beingChanged(row);
  if (status !== "running") throw new AppError("wrong_state", `"${name}" is ${status}, not running.`);
}

function namesAdded(before: Configuration, after: Configuration): string[] {
  const named = ({ secrets, tunnelSecret }: Configuration) => [
    ...secrets,
    ...(tunnelSecret === undefined ? [] : [tunnelSecret]),
  ];
  const old = named(before);
  return named(after).filter((name) => !old.includes(name));
}

/** What a server tells besides its heartbeats. */
import type { EVENT_KINDS } from "@moorage/shared/contracts/instances";
import type { Doc } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import type { AuthedMutationCtx } from "../../lib/functions.ts";
import { requireTurn, type Turn } from "../allowance.ts";
import { once } from "../receipts.ts";
import type { InstanceRow } from "./instances.ts";

type Kind = (typeof EVENT_KINDS)[number];

const SEVERITIES: Record<Kind, Doc<"events">["severity"]> = {
  booted: "info",
  secrets_loaded: "info",
  note: "info",
  reboot_required: "warning",
  container_exited: "error",
};

export const severityOf = (kind: Kind): Doc<"events">["severity"] => SEVERITIES[kind];

interface Telling {
  path: string;
  opId: string;
  turn: Turn;
  /** How many things it tells. */
  count?: number;
}

/** Once, however often it is told, and not without an end. */
export async function told(
  ctx: AuthedMutationCtx,
  { turn, count, ...operation }: Telling,
  note: () => Promise<void>,
): Promise<{ noted: true }> {
  const done = { id: operation.path };
  const perform = async () => {
    await requireTurn(ctx, turn, count);
    await note();
    return done;
  };
  await once(ctx, operation, perform, async () => done);
  return { noted: true };
}

/** In place of those before. */
export async function storeLogs(ctx: MutationCtx, { tenantId, deploymentId }: InstanceRow, lines: string[]) {
  const row = { tenantId, deploymentId, lines, at: Date.now() };
  const before = await ctx.db
    .query("instanceLogs")
    .withIndex("by_deployment", (q) => q.eq("deploymentId", deploymentId))
    .unique();
  if (before === null) await ctx.db.insert("instanceLogs", row);
  else await ctx.db.replace("instanceLogs", before._id, row);
}

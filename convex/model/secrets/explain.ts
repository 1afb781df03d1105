/** Which level's value an agent gets: its own override, else the shared default, else the global one. */

import type { ResultOf } from "@moorage/shared/contract";
import type { explain as contract } from "@moorage/shared/contracts/secrets";
import { LEVELS } from "@moorage/shared/secret-name";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import type { SecretRow } from "./names.ts";
import { findRow } from "./place.ts";
import { present } from "./present.ts";
import { findUse, RECENT_MS } from "./uses.ts";

/** What no caller asked for, but a function of our own, has a tenant as well. */
type OfTenant = Pick<AuthedQueryCtx, "db"> & { principal: Pick<AuthedQueryCtx["principal"], "tenantId"> };

type Explained = ResultOf<typeof contract>["secrets"][number];

/** Of one name's rows those that reach an agent, nearest first. */
export function reaching(rows: readonly SecretRow[], agent: string): SecretRow[] {
  return LEVELS.flatMap((level) =>
    rows.filter((row) => row.level === level && (level !== "agent" || row.agent === agent)),
  );
}

/** One name's rows that reach an agent, when only the name is known. */
export async function rowsFor(ctx: OfTenant, name: string, agent: string): Promise<SecretRow[]> {
  const { tenantId } = ctx.principal;
  const found = await Promise.all(
    LEVELS.map((level) => findRow(ctx, tenantId, { name, level, agent: level === "agent" ? agent : "" })),
  );
  return found.filter((row) => row !== null && row.deletedAt === undefined) as SecretRow[];
}

export async function explain(
  ctx: AuthedQueryCtx,
  { name, rows, agent }: { name: string; rows: readonly SecretRow[]; agent: string },
): Promise<Explained> {
  const [winner, ...shadowed] = reaching(rows, agent);
  const use = winner === undefined ? null : await findUse(ctx, winner._id, agent);
  return {
    name,
    ...(winner === undefined ? {} : { resolved: await present(ctx, winner) }),
    shadowed: await Promise.all(shadowed.map((row) => present(ctx, row))),
    why: whyOf(winner, { agent, elsewhere: rows.length > 0 }),
    unused: (use?.usedAt ?? 0) < Date.now() - RECENT_MS,
  };
}

function whyOf(winner: SecretRow | undefined, { agent, elsewhere }: { agent: string; elsewhere: boolean }): string {
  if (winner === undefined)
    return elsewhere ? `missing: other agents have it, "${agent}" does not` : "missing: no level has it";
  if (winner.level === "agent") return `"${agent}" has its own`;
  if (winner.level === "default") return `"${agent}" has none of its own, so the shared default counts`;
  return `neither "${agent}" nor the default level has it, so the global one counts`;
}

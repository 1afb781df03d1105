/** Which rows a program gets, before anything is opened. */
import { AppError } from "@moorage/shared/errors";
import { SECRET_NAMES } from "@moorage/shared/limits";
import { LEVELS } from "@moorage/shared/secret-name";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { reaching, rowsFor } from "./explain.ts";
import type { SecretRow } from "./names.ts";

export interface Resolved {
  rows: SecretRow[];
  missing: string[];
}

export async function resolve(
  ctx: AuthedQueryCtx,
  { agent, names }: { agent: string; names: readonly string[] | undefined },
): Promise<Resolved> {
  if (names === undefined) return { rows: winners(await everyRow(ctx, agent), agent), missing: [] };
  const found = await Promise.all(
    [...new Set(names)].map(async (name) => ({ name, rows: await rowsFor(ctx, name, agent) })),
  );
  return {
    rows: found.flatMap(({ rows }) => rows.slice(0, 1)),
    missing: found.filter(({ rows }) => rows.length === 0).map(({ name }) => name),
  };
}

const winners = (rows: readonly SecretRow[], agent: string): SecretRow[] =>
  [...Map.groupBy(rows, (row) => row.name).values()].flatMap((same) => reaching(same, agent).slice(0, 1));

async function everyRow(ctx: AuthedQueryCtx, agent: string): Promise<SecretRow[]> {
  const { tenantId } = ctx.principal;
  const rows: SecretRow[] = [];
  for (const level of LEVELS) {
    const some = await ctx.db
      .query("secrets")
      .withIndex("by_tenant_agent", (q) =>
        q
          .eq("tenantId", tenantId)
          .eq("deletedAt", undefined)
          .eq("level", level)
          .eq("agent", level === "agent" ? agent : ""),
      )
      .take(SECRET_NAMES + 1);
    if (some.length > SECRET_NAMES)
      throw new AppError("too_large", `More than ${SECRET_NAMES} secrets reach this agent at one level.`, {
        hint: "Name the ones that are needed.",
      });
    rows.push(...some);
  }
  return rows;
}

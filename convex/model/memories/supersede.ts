/** One memory takes the place of another: the old one stays readable by its id and in questions about the past. */
import { AppError } from "@moorage/shared/errors";
import type { Id } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import { archive, leave } from "../recall/upkeep.ts";
import type { Row } from "./rows.ts";

export async function supersede(ctx: MutationCtx, old: Row, by: Id<"memories">): Promise<void> {
  const now = Date.now();
  await leave(ctx, old);
  await archive(ctx, old, { until: now });
  await ctx.db.patch("memories", old._id, {
    supersededBy: by,
    supersededAt: now,
    audience: undefined,
    review: undefined,
  });
}

/** The memory as one that may still change, or why it may not. */
export function requireCurrent(row: Row, field: "id" | "ids" | "supersedes"): Row {
  if (row.supersededAt === undefined) return row;
  throw new AppError("invalid_input", `${field}: another memory has taken its place`, {
    hint: "memory_get shows the newer one as supersededBy; change that one.",
  });
}

/**
 * The row goes, from the index and from the links to it; its history is its caller's to forget. What it had superseded
 * stays so: nothing comes back by itself.
 */
export async function removeRow(ctx: MutationCtx, row: Row): Promise<void> {
  const { _id, supersedes, supersededBy } = row;
  await leave(ctx, row);
  if (supersedes !== undefined) await ctx.db.patch("memories", supersedes, { supersededBy: undefined });
  if (supersededBy !== undefined) await ctx.db.patch("memories", supersededBy, { supersedes: undefined });
  await ctx.db.delete("memories", _id);
}

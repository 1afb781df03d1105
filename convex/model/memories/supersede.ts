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

type Said = Pick<Row, "type" | "project" | "content" | "tags" | "importance" | "pinned" | "occurredAt" | "expiresAt">;
type Asked = { [Field in "tags" | "importance" | "pinned" | "occurredAt" | "expiresAt"]?: unknown };

/** Whether the new one says what the old one does, to the letter: what was left out is no difference. */
export function changesNothing(old: Row, said: Said, asked: Asked): boolean {
  const isSame = (field: keyof Asked) => asked[field] === undefined || textOf(old[field]) === textOf(said[field]);
  return (
    old.type === said.type &&
    old.project === said.project &&
    old.content === said.content &&
    (["tags", "importance", "pinned", "occurredAt", "expiresAt"] as const).every(isSame)
  );
}

/** Tags have no order. */
const textOf = (value: Said[keyof Asked]) => JSON.stringify(Array.isArray(value) ? [...value].sort() : value);

/** The memory as one that may still change, or why it may not. */
export function requireCurrent(row: Row, field: "id" | "ids" | "supersedes"): Row {
  if (row.supersededAt === undefined) return row;
  throw new AppError("invalid_input", `${field}: another memory has taken its place`, {
    hint:
      row.supersededBy === undefined
        ? "The newer one was deleted since. If this holds again, add it anew with memory_add."
        : "memory_get shows the newer one as supersededBy; change that one.",
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

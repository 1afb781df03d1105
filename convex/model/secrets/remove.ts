/** Deleting a secret: what it would mean, then, with a person's approval, the deed. */
import type { ResultOf } from "@moorage/shared/contract";
import type { delete as contract } from "@moorage/shared/contracts/secrets";
import { AppError } from "@moorage/shared/errors";
import type { AuthedMutationCtx } from "../../lib/functions.ts";
import { requireApproval } from "../approvals.ts";
import { once } from "../receipts.ts";
import { deleteLines } from "./approve.ts";
import { describe, findRow, type Place, requireRow, subjectOf } from "./place.ts";
import { iso, present } from "./present.ts";
import { retire } from "./store.ts";
import { recent } from "./uses.ts";

type Removed = ResultOf<typeof contract>;

/** Changes nothing. */
export async function show(ctx: AuthedMutationCtx, place: Place): Promise<Removed> {
  const row = await requireRow(ctx, ctx.principal.tenantId, place);
  ctx.subjects.push(subjectOf(place));
  const uses = await recent(ctx, row._id);
  return {
    status: "dry_run",
    secret: await present(ctx, row),
    resolvedBy: uses.map(({ agent, usedAt }) => ({ agent, at: iso(usedAt) })),
  };
}

/** Its versions stay, sealed, until their retention ends. */
export async function remove(
  ctx: AuthedMutationCtx,
  place: Place,
  operation: { path: string; opId: string },
): Promise<Removed> {
  const row = await findRow(ctx, ctx.principal.tenantId, place);
  ctx.subjects.push(subjectOf(place));
  const isThere = row !== null && row.deletedAt === undefined;
  if (isThere) {
    const lines = deleteLines(place, row.version, await recent(ctx, row._id));
    const wait = await requireApproval(ctx, { kind: "secret_delete", lines });
    if (wait !== undefined) return wait;
  }
  await once(
    ctx,
    operation,
    async () => {
      if (!isThere) throw new AppError("not_found", `There is no secret ${describe(place)}.`);
      await retire(ctx, row);
      await ctx.db.patch("secrets", row._id, { deletedAt: Date.now() });
      return { id: row._id as string };
    },
    async (id) => ({ id }),
  );
  return { status: "deleted" };
}

/** Creating calls carry an id made by the client, so that repeating one whose answer was lost changes nothing. */
import { AppError } from "@moorage/shared/errors";
import type { AuthedMutationCtx } from "../lib/functions.ts";

/**
 * Carries the operation out once. `perform` answers with what it made; a repeat of the same `opId` is answered by
 * `replay`, given the id of what the first one made.
 */
export async function once<T extends { id: string }>(
  ctx: AuthedMutationCtx,
  { path, opId }: { path: string; opId: string },
  perform: () => Promise<T>,
  replay: (ref: string) => Promise<T>,
): Promise<T> {
  const ref = await findDone(ctx, { path, opId });
  if (ref !== undefined) return replay(ref);
  const made = await perform();
  await ctx.db.insert("receipts", { tenantId: ctx.principal.tenantId, opId, path, ref: made.id });
  return made;
}

/** The id of what an operation made, when it has been carried out. */
export async function findDone(
  ctx: AuthedMutationCtx,
  { path, opId }: { path: string; opId: string },
): Promise<string | undefined> {
  const { tenantId } = ctx.principal;
  const receipt = await ctx.db
    .query("receipts")
    .withIndex("by_tenant_opId", (q) => q.eq("tenantId", tenantId).eq("opId", opId))
    .unique();
  if (receipt !== null && receipt.path !== path)
    throw new AppError("invalid_input", "opId: was used for another operation");
  return receipt?.ref;
}

import type { Id } from "../../_generated/dataModel.ts";
import type { AuthedMutationCtx } from "../../lib/functions.ts";

/** A repeat of the call is answered with the operation that the first one began. */
export async function keepReceipt(
  ctx: AuthedMutationCtx,
  { path, opId }: { path: string; opId: string },
  operationId: Id<"operations">,
): Promise<void> {
  await ctx.db.insert("receipts", { tenantId: ctx.principal.tenantId, opId, path, ref: operationId });
}

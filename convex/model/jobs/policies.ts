/** What is too old goes, to the last page: what had to stay on the pages before keeps nothing else here. */
import { internal } from "../../_generated/api.ts";
import type { Id } from "../../_generated/dataModel.ts";
import type { ActionCtx } from "../../_generated/server.ts";
import { type Place, type Retained, SOURCES } from "./retention.ts";

/** An action ends after half an hour; what is left then goes with the next run. */
const WITHIN_MS = 20 * 60_000;

export async function applyPolicies(ctx: ActionCtx, tenantId: Id<"tenants">): Promise<string> {
  const end = Date.now() + WITHIN_MS;
  let removed = 0;
  for (const source of SOURCES) {
    let after: Place | undefined;
    do {
      const { removed: some, next }: Retained = await ctx.runMutation(internal.jobWork.retain, {
        tenantId,
        source,
        ...(after === undefined ? {} : { after }),
      });
      removed += some;
      after = next;
    } while (after !== undefined && Date.now() < end);
  }
  // What it forgets is gone, so that the first page is always new.
  for (let some = 1; some > 0 && Date.now() < end; removed += some)
    some = await ctx.runMutation(internal.jobWork.forget, { tenantId });
  return removed === 0 ? "Nothing was too old." : `Rows removed: ${removed}.`;
}

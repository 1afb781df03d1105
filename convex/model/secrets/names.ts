/** Secrets in the order of their names, whole names at a time: what overrides what is seen side by side. */
import * as z from "zod";
import type { Doc } from "../../_generated/dataModel.ts";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { encodeCursor, parseCursor } from "../pages.ts";

const SCAN_ROWS = 1_000;

export type SecretRow = Doc<"secrets">;

export interface NamesPage {
  names: [string, SecretRow[]][];
  cursor?: string;
}

export async function namesPage(
  ctx: AuthedQueryCtx,
  { cursor, limit, maxBytes = Infinity }: { cursor: string | undefined; limit: number; maxBytes?: number },
): Promise<NamesPage> {
  const after = cursor === undefined ? "" : parseCursor(cursor, z.tuple([z.string()]))[0];
  const rows = await ctx.db
    .query("secrets")
    .withIndex("by_tenant_name", (q) =>
      q.eq("tenantId", ctx.principal.tenantId).eq("deletedAt", undefined).gt("name", after),
    )
    .take(SCAN_ROWS);
  const names = [...Map.groupBy(rows, (row) => row.name)];
  // The last name may go on behind what was read.
  const isAll = rows.length < SCAN_ROWS;
  if (!isAll && names.length > 1) names.pop();
  const page = within(names, { limit, maxBytes });
  if (isAll && page.length === names.length) return { names };
  return { names: page, cursor: encodeCursor([page.at(-1)![0]]) };
}

/** As many names as fit, but one at least. */
function within(names: NamesPage["names"], { limit, maxBytes }: { limit: number; maxBytes: number }) {
  let bytes = 0;
  const end = names.findIndex(([, rows], at) => {
    bytes += rows.reduce((sum, row) => sum + row.bytes, 0);
    return at > 0 && (at === limit || bytes > maxBytes);
  });
  return end === -1 ? names : names.slice(0, end);
}

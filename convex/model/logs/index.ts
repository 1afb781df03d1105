/** What search finds log entries by; written and removed with the entry. */
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import { piecesOf } from "../recall/indexText.ts";
import { stemsOf } from "../recall/language.ts";

type Entry = Pick<Doc<"logEntries">, "_id" | "tenantId" | "agent" | "day" | "content">;

export async function enterLog(ctx: MutationCtx, { _id: entryId, content, ...place }: Entry): Promise<void> {
  for (const text of piecesOf({ stems: stemsOf(content) })) {
    await ctx.db.insert("logIndex", { entryId, text, ...place });
  }
}

export async function leaveLog(ctx: MutationCtx, entryId: Id<"logEntries">): Promise<void> {
  const rows = await ctx.db
    .query("logIndex")
    .withIndex("by_entry", (q) => q.eq("entryId", entryId))
    .collect();
  for (const row of rows) await ctx.db.delete("logIndex", row._id);
}

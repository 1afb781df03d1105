/** What memories said before their updates, page by page, in the order in which it was put aside. */
import type * as contracts from "@moorage/shared/contracts/transfer";
import type * as z from "zod";
import type { Doc } from "../../_generated/dataModel.ts";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { presentFields, type Row } from "../memories/rows.ts";
import { nameOf, pageOf } from "./out.ts";

type Version = Doc<"memoryVersions">;

export async function versionsPage(ctx: AuthedQueryCtx, args: z.output<(typeof contracts.exportVersions)["args"]>) {
  const { items, ...next } = await pageOf(ctx, args, {
    // Those of a deleted memory, which go page by page, are still there; which agent's one is, its memory says.
    rows: (_agent, from) => inOrder(ctx, from),
    present: ({ memory, ...version }, agent) =>
      memory !== null && (agent === undefined || memory.agent === agent) ? { version, memory } : undefined,
  });
  return { versions: await Promise.all(items.map((one) => present(ctx, one))), ...next };
}

async function* inOrder(ctx: AuthedQueryCtx, from: number): AsyncGenerator<Version & { memory: Row | null }> {
  const { tenantId } = ctx.principal;
  const versions = ctx.db
    .query("memoryVersions")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).gte("_creationTime", from));
  for await (const version of versions) yield { ...version, memory: await ctx.db.get("memories", version.memoryId) };
}

/** When it ended is kept where questions about the past look. */
async function present(ctx: AuthedQueryCtx, { version, memory }: { version: Version; memory: Row }) {
  const row = await ctx.db
    .query("memoryIndex")
    .withIndex("by_version", (q) => q.eq("versionId", version._id))
    .first();
  const until = new Date(row!.until!).toISOString();
  return { id: nameOf(version), memory: nameOf(memory), ...presentFields(version), until };
}

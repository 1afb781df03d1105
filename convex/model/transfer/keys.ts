/** What has been brought in before, by its name in the file it came from. */
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { AuthedMutationCtx } from "../../lib/functions.ts";

/** The source of what a file brings, where the file is not believed. */
export const IMPORT = "import";

/** What became of an entry. */
export type Outcome = { id: string; existing?: true } | { refused: string };

/** The memory that came in under this name, or that has it for its id: a backup may come back to where it was made. */
export async function memoryOf(ctx: AuthedMutationCtx, key: string): Promise<Doc<"memories"> | undefined> {
  const id = ctx.db.normalizeId("memories", (await refOf(ctx, key)) ?? key);
  const row = id === null ? null : await ctx.db.get("memories", id);
  return isOwn(ctx, row) ? row : undefined;
}

export async function versionOf(ctx: AuthedMutationCtx, key: string): Promise<Doc<"memoryVersions"> | undefined> {
  const id = ctx.db.normalizeId("memoryVersions", (await refOf(ctx, key)) ?? key);
  const row = id === null ? null : await ctx.db.get("memoryVersions", id);
  return row !== null && isOwn(ctx, await ctx.db.get("memories", row.memoryId)) ? row : undefined;
}

export async function logOf(ctx: AuthedMutationCtx, key: string): Promise<Doc<"logEntries"> | undefined> {
  const id = ctx.db.normalizeId("logEntries", (await refOf(ctx, key)) ?? key);
  const row = id === null ? null : await ctx.db.get("logEntries", id);
  return isOwn(ctx, row) ? row : undefined;
}

const isOwn = <T extends { tenantId: Id<"tenants">; agent: string }>(ctx: AuthedMutationCtx, row: T | null): row is T =>
  row !== null && row.tenantId === ctx.principal.tenantId && (ctx.principal.agent ?? row.agent) === row.agent;

async function refOf(ctx: AuthedMutationCtx, key: string) {
  return (await rowOf(ctx, key))?.ref;
}

export async function remember(ctx: AuthedMutationCtx, key: string, ref: Doc<"imports">["ref"]): Promise<void> {
  const known = await rowOf(ctx, key);
  if (known === null) await ctx.db.insert("imports", { tenantId: ctx.principal.tenantId, key, ref });
  else await ctx.db.patch("imports", known._id, { ref });
}

function rowOf(ctx: AuthedMutationCtx, key: string) {
  const { tenantId } = ctx.principal;
  return ctx.db
    .query("imports")
    .withIndex("by_tenant_key", (q) => q.eq("tenantId", tenantId).eq("key", key))
    .unique();
}

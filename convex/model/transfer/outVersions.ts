/** What memories said before their updates, page by page, in the order in which it was put aside. */
import type * as contracts from "@moorage/shared/contracts/transfer";
import { byteLength } from "@moorage/shared/fields";
import type * as z from "zod";
import type { Doc } from "../../_generated/dataModel.ts";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { agentFilter, presentFields, type Row } from "../memories/rows.ts";
import { fillPage, parseCursor } from "../pages.ts";
import { isBefore, nameOf, PAGE, placeOf, vPlace } from "./out.ts";

type Version = Doc<"memoryVersions">;

export async function versionsPage(ctx: AuthedQueryCtx, args: z.output<(typeof contracts.exportVersions)["args"]>) {
  const asked = { agent: agentFilter(ctx.principal, args.agent) };
  const after = args.cursor === undefined ? undefined : parseCursor(args.cursor, vPlace, asked);
  const isAsked = ({ version, memory }: OfMemory) =>
    // Of one that was deleted, the versions go page by page.
    memory !== null &&
    (asked.agent === undefined || memory.agent === asked.agent) &&
    (after === undefined || !isBefore(version, after));
  const { items, ...next } = await fillPage(inOrder(ctx, after?.[1] ?? 0), {
    asked,
    limit: PAGE,
    present: (one) => (isAsked(one) ? one : undefined),
    bytesOf: ({ version }) => byteLength(version.content),
    placeOf: ({ version }) => placeOf(version),
  });
  return { versions: await Promise.all(items.map((one) => present(ctx, one))), ...next };
}

interface OfMemory {
  version: Version;
  memory: Row | null;
}

async function* inOrder(ctx: AuthedQueryCtx, from: number): AsyncGenerator<OfMemory> {
  const { tenantId } = ctx.principal;
  const versions = ctx.db
    .query("memoryVersions")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).gte("_creationTime", from));
  for await (const version of versions) yield { version, memory: await ctx.db.get("memories", version.memoryId) };
}

/** When it ended is kept where questions about the past look. */
async function present(ctx: AuthedQueryCtx, { version, memory }: OfMemory) {
  const row = await ctx.db
    .query("memoryIndex")
    .withIndex("by_version", (q) => q.eq("versionId", version._id))
    .first();
  const until = new Date(row!.until!).toISOString();
  return { id: nameOf(version), memory: nameOf(memory!), ...presentFields(version), until };
}

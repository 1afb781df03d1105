/** What a memory said before an update, from a file: of one that came in from there, too, as those here have their own. */
import type { broughtVersion } from "@moorage/shared/contracts/transfer";
import type * as z from "zod";
import type { AuthedMutationCtx } from "../../lib/functions.ts";
import { given } from "../given.ts";
import type { Row } from "../memories/rows.ts";
import { DEFAULT_IMPORTANCE } from "../memories.ts";
import { archive } from "../recall/upkeep.ts";
import { IMPORT, memoryOf, type Outcome, remember, versionOf } from "./keys.ts";
import { timeOf } from "./memories.ts";
import { refusalOf } from "./refusal.ts";

type Entry = z.output<typeof broughtVersion>;

export async function bringVersion(ctx: AuthedMutationCtx, entry: Entry, restore: boolean): Promise<Outcome> {
  const known = await versionOf(ctx, entry.key);
  if (known !== undefined) return { id: known._id, existing: true };
  const refused = refusalOf(entry);
  if (refused !== undefined) return refused;
  const memory = await memoryOf(ctx, entry.memory);
  if (memory === undefined) return { refused: "is an earlier version of a memory that is not here" };
  if (memory.key !== entry.memory) return { refused: "is an earlier version of a memory that is not from a file" };
  const id = await insert(ctx, memory, entry, restore);
  await remember(ctx, entry.key, id);
  return { id };
}

async function insert(ctx: AuthedMutationCtx, memory: Row, entry: Entry, restore: boolean) {
  const updatedAt = Date.parse(entry.updatedAt);
  const said = {
    type: entry.type,
    content: entry.content,
    tags: entry.tags ?? [],
    project: entry.project,
    importance: entry.importance ?? DEFAULT_IMPORTANCE,
    pinned: entry.pinned === true ? (true as const) : undefined,
    occurredAt: timeOf(entry.occurredAt) ?? updatedAt,
    expiresAt: timeOf(entry.expiresAt),
    source: restore && entry.source !== undefined ? entry.source : IMPORT,
    updatedAt,
  };
  const { tenantId, _id: memoryId } = memory;
  const versionId = await ctx.db.insert("memoryVersions", given({ tenantId, memoryId, key: entry.key, ...said }));
  await archive(ctx, given({ ...memory, ...said }), { versionId, until: Date.parse(entry.until) });
  return versionId;
}

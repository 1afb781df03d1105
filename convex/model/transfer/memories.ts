/** A memory from a file: with its own times and links, and with a standing that the file cannot give itself. */
import type { broughtMemory } from "@moorage/shared/contracts/transfer";
import type * as z from "zod";
import type { AuthedMutationCtx } from "../../lib/functions.ts";
import { given } from "../given.ts";
import { reviewed, type Standing, unreviewed } from "../memories/provenance.ts";
import { agentOf, type Row } from "../memories/rows.ts";
import { wordingOf } from "../memories/wording.ts";
import { add, DEFAULT_IMPORTANCE } from "../memories.ts";
import { archive, enter } from "../recall/upkeep.ts";
import { IMPORT, memoryOf, type Outcome, remember } from "./keys.ts";
import { refusalOf } from "./refusal.ts";

type Entry = z.output<typeof broughtMemory>;

export async function bringMemory(ctx: AuthedMutationCtx, entry: Entry, restore: boolean): Promise<Outcome> {
  const known = await memoryOf(ctx, entry.key);
  if (known !== undefined) return { id: known._id, existing: true };
  const refused = refusalOf(entry);
  if (refused !== undefined) return refused;
  const { row, existing } = isWhole(entry)
    ? { row: await insert(ctx, entry, restore), existing: false }
    : await say(ctx, entry);
  await remember(ctx, entry.key, row._id);
  return { id: row._id, ...(existing ? { existing: true as const } : {}) };
}

/** Another tool's words may be known here already, as anybody's may. */
function say(ctx: AuthedMutationCtx, { key: _key, expiresAt: _expires, ...entry }: Entry) {
  const { createdAt: _c, updatedAt: _u, supersedes: _s, supersededAt: _sa, source: _src, review: _r, ...said } = entry;
  return add(ctx, said, IMPORT);
}

/** Of a Moorage: it is what it was there, however much it says the same as others. */
const isWhole = (entry: Entry): entry is Entry & { createdAt: string } => entry.createdAt !== undefined;

async function insert(ctx: AuthedMutationCtx, entry: Entry & { createdAt: string }, restore: boolean): Promise<Row> {
  const agent = agentOf(ctx.principal, entry.agent);
  const addedAt = Date.parse(entry.createdAt);
  const supersededAt = entry.supersededAt === undefined ? undefined : Date.parse(entry.supersededAt);
  const id = await ctx.db.insert(
    "memories",
    given({
      tenantId: ctx.principal.tenantId,
      agent,
      type: entry.type,
      content: entry.content,
      wording: wordingOf(entry.content),
      tags: entry.tags ?? [],
      project: entry.project,
      importance: entry.importance ?? DEFAULT_IMPORTANCE,
      pinned: entry.pinned === true ? (true as const) : undefined,
      occurredAt: timeOf(entry.occurredAt) ?? addedAt,
      expiresAt: timeOf(entry.expiresAt),
      updatedAt: timeOf(entry.updatedAt) ?? addedAt,
      addedAt,
      key: entry.key,
      supersededAt,
      ...standing(agent, entry, restore),
      ...(supersededAt === undefined ? {} : { audience: undefined, review: undefined }),
    }),
  );
  await link(ctx, entry, id);
  const row = (await ctx.db.get("memories", id))!;
  if (supersededAt === undefined) await enter(ctx, row);
  else await archive(ctx, row, { until: supersededAt });
  return row;
}

export const timeOf = (moment: string | undefined) => (moment === undefined ? undefined : Date.parse(moment));

/** Who wrote it and what was approved is believed of a person's own backup alone: any other file could say so. */
function standing(agent: string, { source, review }: Entry, restore: boolean): Standing {
  return restore && source !== undefined ? reviewed({ agent, source }, review) : unreviewed(agent, IMPORT);
}

/** To what it had superseded, where that came in superseded, too: nothing that is here loses its place to a file. */
async function link(ctx: AuthedMutationCtx, { supersedes }: Entry, id: Row["_id"]): Promise<void> {
  const old = supersedes === undefined ? undefined : await memoryOf(ctx, supersedes);
  if (old?.addedAt === undefined || old.supersededAt === undefined || old.supersededBy !== undefined) return;
  await ctx.db.patch("memories", old._id, { supersededBy: id });
  await ctx.db.patch("memories", id, { supersedes: old._id });
}

/** Keeps the index beside the memories: every function here runs in the mutation that changes the memory. */
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import { EVERYONE } from "../memories/provenance.ts";
import { marksOfDate, readEntry } from "./entry.ts";
import { composeText, parseText, piecesOf } from "./indexText.ts";
import { inContext, type Placed, REACH, SESSION_GAP_MS } from "./sessions.ts";

type Memory = Doc<"memories">;
type IndexRow = Doc<"memoryIndex">;

/** Where search looks for what memories say now, and for what they said before. */
export const livingSpace = (tenantId: Id<"tenants">): string => tenantId;
export const pastSpace = (tenantId: Id<"tenants">): string => `${tenantId}|past`;

/** Enough entries on either side to know all neighbours of all entries whose neighbour one is. */
const WINDOW = 2 * REACH;

/** Makes a memory findable, and lends its words to its neighbours. */
export async function enter(ctx: MutationCtx, memory: Memory): Promise<void> {
  const rows = rowsOf(memory, livingSpace(memory.tenantId), memory.updatedAt);
  const [first, ...others] = rows;
  const { before, after } = await around(ctx, first);
  const texts = inContext([...before.map(placed), placed(first), ...after.map(placed)]);
  await ctx.db.insert("memoryIndex", { ...first, ...texts[before.length] });
  for (const row of others) await ctx.db.insert("memoryIndex", row);
  texts.splice(before.length, 1);
  await refresh(ctx, [...before, ...after], texts, before.length);
}

/** Forgets what a memory says now, and takes its words back from its neighbours. */
export async function leave(ctx: MutationCtx, memory: Pick<Memory, "_id" | "tenantId">): Promise<void> {
  const space = livingSpace(memory.tenantId);
  const rows = await ctx.db
    .query("memoryIndex")
    .withIndex("by_memory", (q) => q.eq("memoryId", memory._id).eq("space", space))
    .collect();
  for (const row of rows) await ctx.db.delete("memoryIndex", row._id);
  await forgetMeaning(ctx, memory._id);
  const first = rows.find((row) => row.part === 0);
  if (first === undefined) return;
  const { before, after } = await around(ctx, first);
  const entries = [...before, ...after];
  await refresh(ctx, entries, inContext(entries.map(placed)), before.length);
}

/** Lets every agent find it, or from now on its own alone. */
export async function share(
  ctx: MutationCtx,
  memory: Pick<Memory, "_id" | "tenantId">,
  audience: Memory["audience"] | undefined,
): Promise<void> {
  const isShared = audience === EVERYONE;
  const space = livingSpace(memory.tenantId);
  const rows = await ctx.db
    .query("memoryIndex")
    .withIndex("by_memory", (q) => q.eq("memoryId", memory._id).eq("space", space))
    .collect();
  // All of them say the same, and to write one is to index it anew.
  if (rows.every(({ shared = false }) => shared === isShared)) return;
  for (const row of rows) await ctx.db.patch("memoryIndex", row._id, { shared: isShared ? true : undefined });
  const vectors = await vectorsOf(ctx, memory._id);
  for (const { _id, space: of } of vectors)
    await ctx.db.patch("memoryVectors", _id, { shared: isShared ? of : undefined });
}

/** The vector goes with the words; the job makes one for what is said now. */
async function forgetMeaning(ctx: MutationCtx, memoryId: Id<"memories">): Promise<void> {
  for (const vector of await vectorsOf(ctx, memoryId)) await ctx.db.delete("memoryVectors", vector._id);
}

const vectorsOf = (ctx: MutationCtx, memoryId: Id<"memories">) =>
  ctx.db
    .query("memoryVectors")
    .withIndex("by_memory", (q) => q.eq("memoryId", memoryId))
    .collect();

/** Keeps findable, for questions about the past, what a memory said until now; without its neighbours' words. */
export async function archive(
  ctx: MutationCtx,
  memory: Memory,
  past: { versionId?: Id<"memoryVersions">; until: number },
): Promise<void> {
  for (const row of rowsOf(memory, pastSpace(memory.tenantId), memory.updatedAt)) {
    await ctx.db.insert("memoryIndex", { ...row, ...past });
  }
}

/** Forgets up to `count` rows of what a memory said before; answers how many there were. */
export async function forgetPast(
  ctx: MutationCtx,
  memory: { _id: Id<"memories">; tenantId: Id<"tenants"> },
  count: number,
): Promise<number> {
  const rows = await ctx.db
    .query("memoryIndex")
    .withIndex("by_memory", (q) => q.eq("memoryId", memory._id).eq("space", pastSpace(memory.tenantId)))
    .take(count);
  for (const row of rows) await ctx.db.delete("memoryIndex", row._id);
  return rows.length;
}

type NewRow = Omit<IndexRow, "_id" | "_creationTime">;

/** The index rows of a memory by itself, as if nothing stood beside it. */
function rowsOf(memory: Memory, space: string, since: number): [NewRow, ...NewRow[]] {
  const entry = readEntry(memory.content, memory.tags);
  const by = entry.by.join(" ");
  const tags = entry.tags.join(" ");
  const date = marksOfDate(memory.occurredAt).join(" ");
  const rows = piecesOf(entry).map((own, part) => ({
    memoryId: memory._id,
    space,
    agent: memory.agent,
    ...(space === livingSpace(memory.tenantId) && memory.audience === EVERYONE ? { shared: true as const } : {}),
    type: memory.type,
    tags: memory.tags,
    ...(memory.project === undefined ? {} : { project: memory.project }),
    importance: memory.importance,
    occurredAt: memory.occurredAt,
    ...(memory.expiresAt === undefined ? {} : { expiresAt: memory.expiresAt }),
    createdAt: memory._creationTime,
    since,
    part,
    text: composeText({ own, by, date, near: ["", ""], far: ["", ""], tags }),
    asks: entry.asks,
    answers: false,
    dated: entry.dated,
    names: entry.names,
  }));
  return rows as [NewRow, ...NewRow[]];
}

const placed = (row: NewRow): Placed => ({ lines: parseText(row.text), occurredAt: row.occurredAt, asks: row.asks });

/** The entries of the same agent before and after one, near enough to matter. */
async function around(ctx: MutationCtx, { space, agent, occurredAt, createdAt }: NewRow) {
  const rows = () => ctx.db.query("memoryIndex");
  const sameMomentBefore = await rows()
    .withIndex("by_space_agent_part_occurredAt", (q) =>
      q.eq("space", space).eq("agent", agent).eq("part", 0).eq("occurredAt", occurredAt).lt("createdAt", createdAt),
    )
    .order("desc")
    .take(WINDOW);
  const before = await rows()
    .withIndex("by_space_agent_part_occurredAt", (q) =>
      q
        .eq("space", space)
        .eq("agent", agent)
        .eq("part", 0)
        .gt("occurredAt", occurredAt - WINDOW * SESSION_GAP_MS)
        .lt("occurredAt", occurredAt),
    )
    .order("desc")
    .take(WINDOW - sameMomentBefore.length);
  const sameMomentAfter = await rows()
    .withIndex("by_space_agent_part_occurredAt", (q) =>
      q.eq("space", space).eq("agent", agent).eq("part", 0).eq("occurredAt", occurredAt).gt("createdAt", createdAt),
    )
    .take(WINDOW);
  const after = await rows()
    .withIndex("by_space_agent_part_occurredAt", (q) =>
      q
        .eq("space", space)
        .eq("agent", agent)
        .eq("part", 0)
        .gt("occurredAt", occurredAt)
        .lt("occurredAt", occurredAt + WINDOW * SESSION_GAP_MS),
    )
    .take(WINDOW - sameMomentAfter.length);
  return { before: [...sameMomentBefore, ...before].reverse(), after: [...sameMomentAfter, ...after] };
}

/** Writes what changed in the rows within reach of the place between `entries[at - 1]` and `entries[at]`. */
async function refresh(
  ctx: MutationCtx,
  entries: readonly IndexRow[],
  texts: readonly { text: string; answers: boolean }[],
  at: number,
): Promise<void> {
  for (let i = Math.max(0, at - REACH); i < Math.min(entries.length, at + REACH); i++) {
    const [row, now] = [entries[i]!, texts[i]!];
    if (row.text === now.text && row.answers === now.answers) continue;
    await ctx.db.patch("memoryIndex", row._id, { text: now.text, answers: now.answers });
  }
}

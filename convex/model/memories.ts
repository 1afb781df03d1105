import type { Contract } from "@moorage/shared/contract";
import type * as contracts from "@moorage/shared/contracts/memory";
import { AppError } from "@moorage/shared/errors";
import { byteLength } from "@moorage/shared/fields";
import { PAGE_ITEMS } from "@moorage/shared/limits";
import * as z from "zod";
import { internal } from "../_generated/api.ts";
import type { Doc, Id } from "../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../_generated/server.ts";
import type { AuthedMutationCtx, AuthedQueryCtx } from "../lib/functions.ts";
import { fillPage, parseCursor } from "./pages.ts";
import type { Principal } from "./principal.ts";
import { archive, enter, forgetPast, leave } from "./recall/upkeep.ts";
import { wordingOf } from "./wording.ts";

type Row = Doc<"memories">;
type Input<C extends Contract> = Omit<z.output<C["args"]>, "opId">;

const DEFAULT_AGENT = "default";
const DEFAULT_IMPORTANCE = 3;
const DEFAULT_LIMIT = 20;
/** How many old versions one transaction removes: 100 of 32 kB stay far below Convex's limits. */
const HISTORY_PAGE = 100;
/** How many in the same words are looked at: of several types and projects, or events of several times. */
const SAME_WORDING = 32;

/** Whose entry this will be: the key's agent, else the named one, else the default one. */
export const agentOf = (principal: Principal, named: string | undefined): string =>
  principal.agent ?? named ?? DEFAULT_AGENT;

/** Whose entries are looked at: the key's agent, else the named one, else everyone's. */
export const agentFilter = (principal: Principal, named: string | undefined): string | undefined =>
  principal.agent ?? named;

/** The new memory, or the one that says the same already. */
export async function add(
  ctx: AuthedMutationCtx,
  args: Input<typeof contracts.add>,
): Promise<{ row: Row; existing: boolean }> {
  const now = Date.now();
  const said = {
    tenantId: ctx.principal.tenantId,
    agent: agentOf(ctx.principal, args.agent),
    type: args.type,
    ...(args.project === undefined ? {} : { project: args.project }),
    wording: wordingOf(args.content),
  };
  // The same words about another time are another event.
  const same = args.occurredAt === undefined ? await saidAlready(ctx, said) : undefined;
  if (same !== undefined) return { row: same, existing: true };
  const id = await ctx.db.insert("memories", {
    ...said,
    content: args.content,
    tags: args.tags ?? [],
    importance: args.importance ?? DEFAULT_IMPORTANCE,
    occurredAt: args.occurredAt === undefined ? now : Date.parse(args.occurredAt),
    updatedAt: now,
  });
  const row = await requireRow(ctx, id);
  await enter(ctx, row);
  return { row, existing: false };
}

/** The latest memory in the same words, of the same agent, type and project. */
async function saidAlready(
  ctx: Pick<QueryCtx, "db">,
  { tenantId, agent, type, project, wording }: Pick<Row, "tenantId" | "agent" | "type" | "project" | "wording">,
): Promise<Row | undefined> {
  const rows = await ctx.db
    .query("memories")
    .withIndex("by_tenant_agent_wording", (q) => q.eq("tenantId", tenantId).eq("agent", agent).eq("wording", wording))
    .order("desc")
    .take(SAME_WORDING);
  return rows.find((row) => row.type === type && row.project === project);
}

export async function get(ctx: AuthedQueryCtx, id: string): Promise<contracts.Memory> {
  return present(await requireRow(ctx, id));
}

const vVersionPlace = z.tuple([z.literal("v"), z.number(), z.string()]);
const BEFORE_ALL: z.infer<typeof vVersionPlace> = ["v", Number.MAX_SAFE_INTEGER, ""];

/** What a memory said before, newest first: beside the memory what fits with it, behind a cursor pages of their own. */
export async function history(ctx: AuthedQueryCtx, id: string, given: string | undefined) {
  const row = await requireRow(ctx, id);
  const asked = { id };
  const after = given === undefined ? undefined : parseCursor(given, vVersionPlace, asked);
  const versions = versionsOf(ctx, row._id, after?.[1]).order("desc");
  const { items, cursor } = await fillPage(versions, {
    asked,
    limit: PAGE_ITEMS,
    present: (version) => (isPast(version, after) ? undefined : presentFields(version)),
    bytesOf: (version) => byteLength(version.content),
    placeOf: (version) => ["v", version._creationTime, version._id],
    ...(after === undefined ? { beside: { bytes: byteLength(row.content), start: BEFORE_ALL } } : {}),
  });
  return { history: items, ...(cursor === undefined ? {} : { cursor }) };
}

/** The same id, the new words; what it said before goes to the history. */
export async function update(
  ctx: AuthedMutationCtx,
  { id, project, occurredAt, ...args }: Input<typeof contracts.update>,
): Promise<contracts.Memory> {
  const row = await requireRow(ctx, id);
  const { _id, _creationTime, agent: _agent, wording: _wording, ...before } = row;
  const now = Date.now();
  const versionId = await ctx.db.insert("memoryVersions", { ...before, memoryId: _id });
  await leave(ctx, row);
  await archive(ctx, row, { versionId, until: now });
  await ctx.db.patch("memories", _id, {
    ...args,
    ...(args.content === undefined ? {} : { wording: wordingOf(args.content) }),
    ...(project === undefined ? {} : { project: project ?? undefined }),
    ...(occurredAt === undefined ? {} : { occurredAt: Date.parse(occurredAt) }),
    updatedAt: now,
  });
  const updated = await requireRow(ctx, _id);
  await enter(ctx, updated);
  return present(updated);
}

/** Gone with all its history; a very long one is forgotten page by page. */
export async function remove(ctx: AuthedMutationCtx, id: string): Promise<{ id: string }> {
  const row = await requireRow(ctx, id);
  await leave(ctx, row);
  await ctx.db.delete("memories", row._id);
  await forgetHistory(ctx, row);
  return { id };
}

export async function forgetHistory(ctx: MutationCtx, memory: Pick<Row, "_id" | "tenantId">): Promise<void> {
  const versions = await versionsOf(ctx, memory._id).take(HISTORY_PAGE);
  for (const version of versions) await ctx.db.delete("memoryVersions", version._id);
  const indexed = await forgetPast(ctx, memory, HISTORY_PAGE);
  if (versions.length < HISTORY_PAGE && indexed < HISTORY_PAGE) return;
  await ctx.scheduler.runAfter(0, internal.memory.forgetHistory, { memoryId: memory._id, tenantId: memory.tenantId });
}

const vPlace = z.tuple([z.literal("m"), z.number(), z.string()]);

/** Newest first. A page may be short, even empty, where few rows match: its cursor goes on from there. */
export async function list(ctx: AuthedQueryCtx, args: Input<typeof contracts.list>) {
  const { type, tags } = args;
  const asked = { agent: agentFilter(ctx.principal, args.agent), type, tags };
  const after = args.cursor === undefined ? undefined : parseCursor(args.cursor, vPlace, asked);
  const { items, cursor } = await fillPage(newestFirst(ctx, asked, after?.[1]), {
    asked,
    limit: args.limit ?? DEFAULT_LIMIT,
    present: (row) => (isPast(row, after) || !hasTags(row, tags) ? undefined : present(row)),
    bytesOf: (row) => byteLength(row.content),
    placeOf: (row) => ["m", row._creationTime, row._id],
  });
  return { memories: items, ...(cursor === undefined ? {} : { cursor }) };
}

/** Rows of the same moment come in the order of their ids; those up to the cursor's were on the page before. */
const isPast = (
  row: { _id: string; _creationTime: number },
  after: readonly [kind: string, at: number, id: string] | undefined,
) => after !== undefined && row._creationTime === after[1] && row._id >= after[2];

function newestFirst(
  ctx: AuthedQueryCtx,
  filter: { agent: string | undefined; type: Row["type"] | undefined },
  until = Infinity,
) {
  const { tenantId } = ctx.principal;
  const { agent, type } = filter;
  const rows = ctx.db.query("memories");
  const indexed =
    agent !== undefined && type !== undefined
      ? rows.withIndex("by_tenant_agent_type", (q) =>
          q.eq("tenantId", tenantId).eq("agent", agent).eq("type", type).lte("_creationTime", until),
        )
      : agent !== undefined
        ? rows.withIndex("by_tenant_agent", (q) =>
            q.eq("tenantId", tenantId).eq("agent", agent).lte("_creationTime", until),
          )
        : type !== undefined
          ? rows.withIndex("by_tenant_type", (q) =>
              q.eq("tenantId", tenantId).eq("type", type).lte("_creationTime", until),
            )
          : rows.withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).lte("_creationTime", until));
  return indexed.order("desc");
}

export const hasTags = (row: Pick<Row, "tags">, tags: readonly string[] | undefined): boolean =>
  tags === undefined || tags.every((tag) => row.tags.includes(tag));

/** An entry without a project is shared: it joins every project's answers. */
export const inProject = (row: Pick<Row, "project">, project: string | undefined): boolean =>
  project === undefined || row.project === undefined || row.project === project;

/** The row, or the same `not_found` for a random id, another table's, another tenant's and another agent's. */
async function requireRow(ctx: AuthedQueryCtx, id: string): Promise<Row> {
  const { tenantId, agent } = ctx.principal;
  const known = ctx.db.normalizeId("memories", id);
  const row = known === null ? null : await ctx.db.get("memories", known);
  if (row === null || row.tenantId !== tenantId || (agent !== undefined && row.agent !== agent)) {
    throw new AppError("not_found", "There is no memory with this id.", {
      hint: "memory_list and memory_search show the ids that exist.",
    });
  }
  return row;
}

function versionsOf(ctx: Pick<QueryCtx, "db">, memoryId: Id<"memories">, until = Infinity) {
  return ctx.db
    .query("memoryVersions")
    .withIndex("by_memory", (q) => q.eq("memoryId", memoryId).lte("_creationTime", until));
}

export function present(row: Omit<Row, "tenantId" | "wording">): contracts.Memory {
  return {
    id: row._id,
    agent: row.agent,
    createdAt: new Date(row._creationTime).toISOString(),
    ...presentFields(row),
  };
}

function presentFields(row: Omit<Row, "_id" | "_creationTime" | "tenantId" | "agent" | "wording">) {
  return {
    type: row.type,
    content: row.content,
    tags: row.tags,
    ...(row.project === undefined ? {} : { project: row.project }),
    importance: row.importance,
    occurredAt: new Date(row.occurredAt).toISOString(),
    updatedAt: new Date(row.updatedAt).toISOString(),
  };
}

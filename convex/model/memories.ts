import type { Contract } from "@moorage/shared/contract";
import type * as contracts from "@moorage/shared/contracts/memory";
import { byteLength } from "@moorage/shared/fields";
import * as z from "zod";
import type { AuthedMutationCtx, AuthedQueryCtx } from "../lib/functions.ts";
import { canonicalJson } from "./encoding.ts";
import { given } from "./given.ts";
import { fileVersion, forgetHistory } from "./memories/history.ts";
import { type Repeated, wishesOf } from "./memories/merge.ts";
import { newestFirst } from "./memories/newest.ts";
import { reaches, sourceOf, unreviewed } from "./memories/provenance.ts";
import {
  agentOf,
  hasTags,
  inProject,
  isLiving,
  present,
  type Row,
  requireOwn,
  requireShown,
  whoseOf,
} from "./memories/rows.ts";
import { changesNothing, removeRow, requireCurrent, supersede } from "./memories/supersede.ts";
import { wordingOf } from "./memories/wording.ts";
import { fillPage, isPast, parseCursor } from "./pages.ts";
import { enter } from "./recall/upkeep.ts";

type Input<C extends Contract> = Omit<z.output<C["args"]>, "opId">;

export const DEFAULT_IMPORTANCE = 3;
const DEFAULT_LIMIT = 20;
/** How many in the same words are looked at: of several types and projects, or events of several times. */
const SAME_WORDING = 32;

/** The new memory, or the one that says the same already. `source` is the key's, unless the function itself is one. */
export async function add(
  ctx: AuthedMutationCtx,
  args: Input<typeof contracts.add>,
  source = sourceOf(ctx.principal),
): Promise<{ row: Row; existing: boolean } & Repeated> {
  const now = Date.now();
  const agent = agentOf(ctx.principal, args.agent);
  const said = given({
    tenantId: ctx.principal.tenantId,
    agent,
    type: args.type,
    project: args.project,
    content: args.content,
    wording: wordingOf(args.content),
    tags: args.tags ?? [],
    importance: args.importance ?? DEFAULT_IMPORTANCE,
    pinned: args.pinned === true ? (true as const) : undefined,
    occurredAt: args.occurredAt === undefined ? now : Date.parse(args.occurredAt),
    expiresAt: args.expiresAt === undefined ? undefined : Date.parse(args.expiresAt),
    updatedAt: now,
    ...unreviewed(agent, source),
  });
  const old = args.supersedes === undefined ? undefined : await requireOwn(ctx, args.supersedes);
  if (old !== undefined && isLiving(old, now) && covers(old, said) && changesNothing(old, said, args))
    return { row: old, existing: true };
  const same = await saidAlready(ctx, said, { old, isEvent: args.occurredAt !== undefined });
  if (same !== undefined) return repeat(ctx, same, args, source);
  if (old !== undefined) requireCurrent(old, "supersedes");
  const id = await ctx.db.insert("memories", { ...said, ...given({ supersedes: old?._id }) });
  if (old !== undefined) await supersede(ctx, old, id);
  const row = await requireOwn(ctx, id);
  await enter(ctx, row);
  return { row, existing: false };
}

/** A file's repeats change nothing. */
async function repeat(ctx: AuthedMutationCtx, row: Row, args: Input<typeof contracts.add>, source: string) {
  if (source !== sourceOf(ctx.principal)) return { row, existing: true };
  const { changes, ...told } = wishesOf(row, args, source);
  if (told.merged !== undefined) await update(ctx, { id: row._id, ...changes });
  return { row: await requireOwn(ctx, row._id), existing: true, ...told };
}

type Said = Pick<Row, "tenantId" | "agent" | "type" | "project" | "wording" | "expiresAt" | "audience">;

/**
 * The latest memory in the same words, of the same agent and project, of the same type where there is one: what an agent
 * calls it another time makes it no other memory. Or what took the place of `old` in them.
 */
async function saidAlready(
  ctx: Pick<AuthedQueryCtx, "db">,
  said: Said,
  { old, isEvent }: { old: Row | undefined; isEvent: boolean },
): Promise<Row | undefined> {
  if (old !== undefined) {
    const by = old.supersededBy === undefined ? null : await ctx.db.get("memories", old.supersededBy);
    return by?.wording === said.wording && by.agent === said.agent ? by : undefined;
  }
  // The same words about another time are another event.
  if (isEvent) return undefined;
  const { tenantId, agent, wording } = said;
  const rows = await ctx.db
    .query("memories")
    .withIndex("by_tenant_agent_wording", (q) => q.eq("tenantId", tenantId).eq("agent", agent).eq("wording", wording))
    .order("desc")
    .take(SAME_WORDING);
  const known = rows.filter((row) => row.project === said.project && covers(row, said));
  return known.find((row) => row.type === said.type) ?? known[0];
}

/** Whether it is known for as long as the new one would be, and in every context where the new one would be. */
const covers = (row: Row, said: Said): boolean =>
  isLiving(row, Date.now()) &&
  (row.expiresAt ?? Infinity) >= (said.expiresAt ?? Infinity) &&
  reaches(row.audience, said.audience);

export async function get(ctx: AuthedQueryCtx, id: string): Promise<contracts.Memory> {
  return present(await requireShown(ctx, id));
}

/**
 * The same id, the new words; what it said before goes to the history. Whoever writes new words is their source; of tags
 * and a project alone, only where contexts show them, and a person's leave the words whose they were.
 */
export async function update(
  ctx: AuthedMutationCtx,
  { id, project, pinned, occurredAt, expiresAt, ...args }: Input<typeof contracts.update>,
): Promise<contracts.Memory> {
  const row = requireCurrent(await requireOwn(ctx, id), "id");
  const now = Date.now();
  const source = sourceOf(ctx.principal);
  const isReworded = args.content !== undefined && args.content !== row.content;
  const isRelabelled =
    args.tags?.some((tag) => !row.tags.includes(tag)) === true || (project ?? row.project) !== row.project;
  const isOthers = isReworded || (isRelabelled && source !== "user" && row.audience !== undefined);
  const changes = {
    ...args,
    ...(args.content === undefined ? {} : { wording: wordingOf(args.content) }),
    ...(isOthers ? unreviewed(row.agent, source) : {}),
    ...(project === undefined ? {} : { project: project ?? undefined }),
    ...(pinned === undefined ? {} : { pinned: pinned ? (true as const) : undefined }),
    ...(occurredAt === undefined ? {} : { occurredAt: Date.parse(occurredAt) }),
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? undefined : Date.parse(expiresAt) }),
  };
  // What says what is there already leaves no version behind.
  if (canonicalJson({ ...row, ...changes }) === canonicalJson(row)) return present(row);
  await fileVersion(ctx, row, now);
  await ctx.db.patch("memories", row._id, { ...changes, updatedAt: now });
  const updated = await requireOwn(ctx, row._id);
  await enter(ctx, updated);
  return present(updated);
}

/** Gone with all its history; a very long one is forgotten page by page. */
export async function remove(ctx: AuthedMutationCtx, id: string): Promise<{ id: string }> {
  const row = await requireOwn(ctx, id);
  await removeRow(ctx, row);
  await forgetHistory(ctx, row);
  return { id };
}

const vPlace = z.tuple([z.literal("m"), z.number(), z.string()]);

/**
 * Newest first, without what is superseded or expired. A page may be short, even empty, where few rows match: its cursor
 * goes on from there.
 */
export async function list(ctx: AuthedQueryCtx, args: Input<typeof contracts.list>) {
  const { project, type, tags } = args;
  const whose = whoseOf(ctx.principal, args.agent);
  const asked = { whose, project, type, tags };
  const after = args.cursor === undefined ? undefined : parseCursor(args.cursor, vPlace, asked);
  const now = Date.now();
  const isAsked = (row: Row) => hasTags(row, tags) && inProject(row, project) && isLiving(row, now);
  const { items, cursor } = await fillPage(newestFirst(ctx, { whose, type }, after?.[1]), {
    asked,
    limit: args.limit ?? DEFAULT_LIMIT,
    present: (row) => (!isPast(row, after) && isAsked(row) ? present(row) : undefined),
    bytesOf: (row) => byteLength(row.content),
    placeOf: (row) => ["m", row._creationTime, row._id],
  });
  return { memories: items, ...(cursor === undefined ? {} : { cursor }) };
}

import type { Contract } from "@moorage/shared/contract";
import type * as contracts from "@moorage/shared/contracts/memory";
import { AppError } from "@moorage/shared/errors";
import { byteLength } from "@moorage/shared/fields";
import * as z from "zod";
import type { Doc } from "../_generated/dataModel.ts";
import type { MutationCtx } from "../_generated/server.ts";
import type { AuthedMutationCtx, AuthedQueryCtx } from "../lib/functions.ts";
import { digestsOf } from "./logs/digest.ts";
import { enterLog } from "./logs/index.ts";
import { isAltered, sealOf } from "./logs/seal.ts";
import { sourceOf } from "./memories/provenance.ts";
import { agentFilter, agentOf } from "./memories/rows.ts";
import { fillPage, parseCursor } from "./pages.ts";

type Row = Doc<"logEntries">;
type Input<C extends Contract> = Omit<z.output<C["args"]>, "opId">;

const DEFAULT_LIMIT = 50;
const DAYS_LIMIT = 100;

export async function append(
  ctx: AuthedMutationCtx,
  args: Input<typeof contracts.logAppend>,
): Promise<contracts.LogEntry> {
  const agent = agentOf(ctx.principal, args.agent);
  const day = args.day ?? args.today;
  const problem = dayProblem(day, args.today);
  if (problem !== undefined) throw new AppError("invalid_input", `day: ${problem}`);
  return present(await insert(ctx, { agent, day, content: args.content, source: sourceOf(ctx.principal) }));
}

/** The entry, the day it is on, and what finds it. */
export function insert(
  ctx: AuthedMutationCtx,
  said: Pick<Row, "agent" | "day" | "content" | "source" | "notedAt" | "key">,
): Promise<Row> {
  return insertFor(ctx, { tenantId: ctx.principal.tenantId, ...said });
}

/** The same for a job, which has no caller. */
export async function insertFor(
  ctx: MutationCtx,
  said: Pick<Row, "tenantId" | "agent" | "day" | "content" | "source" | "notedAt" | "key">,
): Promise<Row> {
  const { tenantId, agent, day } = said;
  const known = await ctx.db
    .query("logDays")
    .withIndex("by_tenant_agent_day", (q) => q.eq("tenantId", tenantId).eq("agent", agent).eq("day", day))
    .unique();
  if (known === null) await ctx.db.insert("logDays", { tenantId, agent, day });
  const id = await ctx.db.insert("logEntries", said);
  await enterLog(ctx, { _id: id, tenantId, agent, day, content: said.content });
  const row = (await ctx.db.get("logEntries", id))!;
  const seal = sealOf(row);
  await ctx.db.patch("logEntries", id, { seal });
  return { ...row, seal };
}

const FIRST_DAY = "1970-01-01";
const DAY_MS = 24 * 60 * 60 * 1000;

/** A log is of what happened: a day far off is a slip, and would stand at the head of every list for ever. */
export function dayProblem(day: string, today: string): string | undefined {
  if (Date.parse(day) > Date.parse(today) + DAY_MS) return `must not be later than tomorrow (today is ${today})`;
  return day < FIRST_DAY ? `must not be earlier than ${FIRST_DAY}` : undefined;
}

export async function get(ctx: AuthedQueryCtx, id: string): Promise<contracts.LogEntry> {
  const known = ctx.db.normalizeId("logEntries", id);
  const row = known === null ? null : await ctx.db.get("logEntries", known);
  if (row === null || row.tenantId !== ctx.principal.tenantId) {
    throw new AppError("not_found", "There is no log entry with this id.");
  }
  return present(row);
}

const vPlace = z.tuple([z.literal("l"), z.string(), z.number(), z.string()]);
type Place = z.infer<typeof vPlace>;

/** The latest entries of the range in the order they were written; the cursor leads to earlier ones. */
export async function read(
  ctx: AuthedQueryCtx,
  args: Input<typeof contracts.logRead>,
  shows: (row: Row) => boolean = () => true,
) {
  if (args.from !== undefined && args.to !== undefined && args.from > args.to) {
    throw new AppError("invalid_input", "from: must not be after to");
  }
  const asked = { agent: agentFilter(ctx.principal, args.agent), from: args.from, to: args.to };
  const before = args.cursor === undefined ? undefined : parseCursor(args.cursor, vPlace, asked);
  const { items, cursor } = await fillPage(latestFirst(ctx, asked, before), {
    asked,
    limit: args.limit ?? DEFAULT_LIMIT,
    present: (row) => (shows(row) ? present(row) : undefined),
    bytesOf: (row) => byteLength(row.content),
    placeOf: (row) => ["l", row.day, row._creationTime, row._id],
  });
  const entries = items.reverse();
  const page = { before: before?.[1], isLast: cursor === undefined };
  return {
    entries,
    ...(args.digests === true ? { days: await digestsOf(entries, page, (...day) => wholeDay(ctx, ...day)) } : {}),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

/** Backwards from the cursor: first the rest of its day, then the days before it. */
async function* latestFirst(
  ctx: AuthedQueryCtx,
  range: { agent: string | undefined; from: string | undefined; to: string | undefined },
  before: Place | undefined,
): AsyncGenerator<Row> {
  const from = range.from ?? "";
  if (before === undefined) {
    yield* daysBefore(ctx, range.agent, from, justAfter(range.to ?? "9999-12-31"));
    return;
  }
  const [, day, at, id] = before;
  for await (const row of ofDay(ctx, range.agent, day, at)) {
    if (row._creationTime < at || row._id < id) yield row;
  }
  yield* daysBefore(ctx, range.agent, from, day);
}

/** The least text above a day's own: makes a last day inclusive. */
const justAfter = (day: string) => `${day}\u0000`;

function daysBefore(ctx: AuthedQueryCtx, agent: string | undefined, from: string, end: string) {
  const { tenantId } = ctx.principal;
  const rows = ctx.db.query("logEntries");
  return (
    agent === undefined
      ? rows.withIndex("by_tenant_day", (q) => q.eq("tenantId", tenantId).gte("day", from).lt("day", end))
      : rows.withIndex("by_tenant_agent_day", (q) =>
          q.eq("tenantId", tenantId).eq("agent", agent).gte("day", from).lt("day", end),
        )
  ).order("desc");
}

function ofDay(ctx: AuthedQueryCtx, agent: string | undefined, day: string, until: number) {
  const { tenantId } = ctx.principal;
  const rows = ctx.db.query("logEntries");
  return (
    agent === undefined
      ? rows.withIndex("by_tenant_day", (q) => q.eq("tenantId", tenantId).eq("day", day).lte("_creationTime", until))
      : rows.withIndex("by_tenant_agent_day", (q) =>
          q.eq("tenantId", tenantId).eq("agent", agent).eq("day", day).lte("_creationTime", until),
        )
  ).order("desc");
}

/** Far below what one query may read; a day with more is told without a digest. */
const DIGEST_BYTES = 4 * 1024 * 1024;

async function wholeDay(ctx: AuthedQueryCtx, agent: string, day: string) {
  const entries: contracts.LogEntry[] = [];
  let bytes = 0;
  for await (const row of ofDay(ctx, agent, day, Number.MAX_SAFE_INTEGER)) {
    bytes += byteLength(row.content) + 200;
    if (bytes > DIGEST_BYTES) return undefined;
    entries.push(present(row));
  }
  return entries.reverse();
}

const vDayPlace = z.tuple([z.literal("d"), z.string(), z.string()]);

/** Days that have entries, the newest first, an agent each. */
export async function days(ctx: AuthedQueryCtx, args: Input<typeof contracts.logList>) {
  const { tenantId } = ctx.principal;
  const agent = agentFilter(ctx.principal, args.agent);
  const after = args.cursor === undefined ? undefined : parseCursor(args.cursor, vDayPlace, { agent });
  const end = justAfter(after?.[1] ?? "9999-12-31");
  const rows = ctx.db.query("logDays");
  const indexed =
    agent === undefined
      ? rows.withIndex("by_tenant_day", (q) => q.eq("tenantId", tenantId).lt("day", end))
      : rows.withIndex("by_tenant_agent_day", (q) => q.eq("tenantId", tenantId).eq("agent", agent).lt("day", end));
  const { items, cursor } = await fillPage(indexed.order("desc"), {
    asked: { agent },
    limit: DAYS_LIMIT,
    present: (row) =>
      after !== undefined && row.day === after[1] && row.agent >= after[2]
        ? undefined
        : { day: row.day, agent: row.agent },
    bytesOf: () => 100,
    placeOf: (row) => ["d", row.day, row.agent],
  });
  return { days: items, ...(cursor === undefined ? {} : { cursor }) };
}

export function present(row: Row): contracts.LogEntry {
  return {
    id: row._id,
    day: row.day,
    agent: row.agent,
    content: row.content,
    source: row.source,
    at: new Date(row.notedAt ?? row._creationTime).toISOString(),
    ...(isAltered(row) ? { altered: true as const } : {}),
  };
}

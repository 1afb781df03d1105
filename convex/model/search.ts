/** Full-text search: candidates from Convex's text index, the filters it has no fields for, and a page of what is left. */
import type { ResultOf } from "@moorage/shared/contract";
import type * as contracts from "@moorage/shared/contracts/memory";
import { AppError } from "@moorage/shared/errors";
import { byteLength } from "@moorage/shared/fields";
import { PAGE_BYTES } from "@moorage/shared/limits";
import * as z from "zod";
import type { Doc } from "../_generated/dataModel.ts";
import type { AuthedQueryCtx } from "../lib/functions.ts";
import { agentFilter, hasTags, inProject, present } from "./memories.ts";
import { encodeCursor, parseCursor } from "./pages.ts";

export type SearchArgs = z.output<(typeof contracts.search)["args"]>;
type Row = Doc<"memories">;
type Hit = ResultOf<typeof contracts.search>["memories"][number];

/** How many of the index's best are looked at: 256 entries of 32 kB are half of what one query may read. */
const CANDIDATES = 256;
const DEFAULT_LIMIT = 10;

const vPlace = z.tuple([z.literal("s"), z.int().nonnegative(), z.string()]);

export async function search(ctx: AuthedQueryCtx, args: SearchArgs) {
  const start = args.cursor === undefined ? 0 : startOf(args.cursor, args);
  const end = start + (args.limit ?? DEFAULT_LIMIT);
  const found = await matching(ctx, args, end + 1);
  const page = fitting(found.slice(start, end).map((row, i) => ({ ...present(row), score: scoreOf(start + i) })));
  const next = start + page.length;
  return { memories: page, ...(next < found.length ? { cursor: encodeCursor(["s", next, digest(args)]) } : {}) };
}

/** Convex tells the order of its hits, not their scores. */
const scoreOf = (rank: number) => 10 / (10 + rank);

/** The best hits that pass every filter, at most `count`, found among the index's first candidates. */
async function matching(ctx: AuthedQueryCtx, args: SearchArgs, count: number): Promise<Row[]> {
  const { tenantId } = ctx.principal;
  const agent = agentFilter(ctx.principal, args.agent);
  const candidates = ctx.db.query("memories").withSearchIndex("content", (q) => {
    const all = q.search("content", args.query).eq("tenantId", tenantId);
    const theirs = agent === undefined ? all : all.eq("agent", agent);
    return args.type === undefined ? theirs : theirs.eq("type", args.type);
  });
  const since = args.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(args.since);
  const until = args.until === undefined ? Number.POSITIVE_INFINITY : endOf(args.until);
  const found: Row[] = [];
  let looked = 0;
  for await (const row of candidates) {
    const inTime = row.occurredAt >= since && row.occurredAt <= until;
    if (inTime && hasTags(row, args.tags) && inProject(row, args.project)) found.push(row);
    if (found.length === count || ++looked === CANDIDATES) break;
  }
  return found;
}

/** A date alone means all of that day, in UTC. */
const endOf = (moment: string) => Date.parse(moment) + (moment.length === 10 ? 24 * 60 * 60 * 1000 - 1 : 0);

/** As many hits as fit one result, at least one. */
function fitting(hits: Hit[]): Hit[] {
  let bytes = 0;
  const end = hits.findIndex((hit, i) => {
    bytes += byteLength(hit.content);
    return i > 0 && bytes > PAGE_BYTES;
  });
  return end === -1 ? hits : hits.slice(0, end);
}

function startOf(cursor: string, args: SearchArgs): number {
  const [, start, of] = parseCursor(cursor, vPlace);
  if (of !== digest(args)) throw new AppError("bad_cursor", "cursor: belongs to another search");
  return start;
}

/** Tells one search from another: FNV-1a over what is asked, whatever the page. */
function digest({ cursor: _cursor, limit: _limit, ...asked }: SearchArgs): string {
  let hash = 0x811c9dc5;
  for (const char of JSON.stringify(Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1)))) {
    hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  }
  return (hash >>> 0).toString(36);
}

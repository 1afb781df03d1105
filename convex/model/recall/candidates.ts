/** The index rows that a question may mean, best first by the text index, within every filter. */
import type * as contracts from "@moorage/shared/contracts/memory";
import { AppError } from "@moorage/shared/errors";
import type * as z from "zod";
import type { Doc } from "../../_generated/dataModel.ts";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { hasTags, inProject, type Whose, whoseOf } from "../memories/rows.ts";
import { tagMark } from "./entry.ts";
import { holds, holdsBeginning, type IndexLines, parseText } from "./indexText.ts";
import { stemsOf } from "./language.ts";
import { NO_PREFIX, type Question } from "./question.ts";
import { rarityOf } from "./rarity.ts";
import { livingSpace, pastSpace } from "./upkeep.ts";

export type SearchArgs = z.output<(typeof contracts.search)["args"]>;
type IndexRow = Doc<"memoryIndex">;
export type Candidate = Omit<IndexRow, "text"> & { lines: IndexLines };

/** How many are ranked. */
export const RANKED = 128;
/** How many of the index's best are read where filters that it knows nothing of may drop some. */
const READ = 512;
/** How many rows with a tag are read where the index's best are not enough: all that Convex finds at once. */
const TAGGED = 1_024;
/** A time range with no more rows than this is read as a whole. */
const SMALL_RANGE = 256;
/** … and one with no more than this, where the index's best are not enough: 4 MB at most. */
const SCANNED = 2_048;

interface Range {
  since: number;
  until: number;
}

/** Whether a row is within every filter of a question, but for whose it is. */
function filterOf(args: SearchArgs): (row: IndexRow) => boolean {
  const range = rangeOf(args);
  const asOf = args.asOf === undefined ? undefined : endOf(args.asOf);
  const now = Date.now();
  return (row) =>
    row.occurredAt >= range.since &&
    row.occurredAt <= range.until &&
    (args.type === undefined || row.type === args.type) &&
    hasTags(row, args.tags) &&
    inProject(row, args.project) &&
    (row.expiresAt === undefined || row.expiresAt > (asOf ?? now)) &&
    (asOf === undefined || (row.since <= asOf && (row.until === undefined || row.until > asOf)));
}

function rangeOf(args: SearchArgs): Range {
  const range = {
    since: args.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(args.since),
    until: args.until === undefined ? Number.POSITIVE_INFINITY : endOf(args.until),
  };
  if (range.since <= range.until) return range;
  throw new AppError("invalid_input", "since: must not be after until", {
    hint: "since is the earlier of the two; leave one of them out for an open range.",
  });
}

export interface Found {
  candidates: Candidate[];
  /** There may be more that match, within the filters, than were read. */
  isPartial: boolean;
}

export async function candidatesFor(ctx: AuthedQueryCtx, question: Question, args: SearchArgs): Promise<Found> {
  const { tenantId } = ctx.principal;
  const [own, ...others] = whoseOf(ctx.principal, args.agent);
  const living = livingSpace(tenantId);
  const places: Place[] = [
    { space: living, ...own },
    ...(args.asOf === undefined ? [] : [{ space: pastSpace(tenantId), ...own }]),
    // What of an agent's own everyone is told is among its own.
    ...others.map((whose) => ({ space: living, ...whose })),
  ];
  const found: Found[] = [];
  for (const place of places) found.push(await foundIn(ctx, { place, of: places.length }, question, args));
  const all = found.map(({ candidates }) => candidates).reduce(interleaved);
  return {
    candidates: [...new Map(all.map((one) => [one._id, one])).values()].slice(0, RANKED),
    isPartial: found.some(({ isPartial }) => isPartial),
  };
}

/** The row as a candidate, where it is within every filter of a question. */
export function candidateOf(ctx: AuthedQueryCtx, args: SearchArgs): (row: IndexRow) => Candidate | undefined {
  const passes = filterOf(args);
  const whose = whoseOf(ctx.principal, args.agent);
  return (row) => (passes(row) && whose.some((one) => isWhose(row, one)) ? seenBy(ctx, row) : undefined);
}

const isWhose = (row: IndexRow, { agent, shared }: Whose) =>
  (agent === undefined || row.agent === agent) && (shared === undefined || row.shared === true);

/** What stands beside another agent's entry is that agent's: of what everyone is told, only itself is seen. */
function seenBy(ctx: AuthedQueryCtx, { text, ...row }: IndexRow): Candidate {
  const reader = ctx.principal.agent;
  const lines = parseText(text);
  if (reader === undefined || row.agent === reader) return { ...row, lines };
  return { ...row, answers: false, lines: { ...lines, near: ["", ""], far: ["", ""] } };
}

async function foundIn(
  ctx: AuthedQueryCtx,
  /** All the places that one question looks in share what it may read. */
  { place, of }: { place: Place; of: number },
  question: Question,
  args: SearchArgs,
): Promise<Found> {
  const { space } = place;
  const within = { ...place, type: args.type };
  const range = rangeOf(args);
  const isWithin = filterOf(args);
  const passes = (row: IndexRow) => isWhose(row, place) && isWithin(row);
  const hitsOf = (rows: readonly IndexRow[]) =>
    rows
      .filter(passes)
      .map((row) => seenBy(ctx, row))
      .filter(({ lines }) => isHit(lines, question));
  const all = (rows: readonly IndexRow[]): Found => ({
    candidates: hitsOf(rows).toSorted((a, b) => overlap(b.lines, question) - overlap(a.lines, question)),
    isPartial: false,
  });

  const inside = isRange(args) ? await inRange(ctx, space, range, SMALL_RANGE) : undefined;
  if (inside !== undefined) return all(inside);
  const { rows, mayHide } = await bestByText(ctx, question, args, { within, passes });
  const candidates = hitsOf(rows);
  if (!mayHide || candidates.length >= RANKED) return { candidates, isPartial: false };
  const byTag = await tagged(ctx, within, args.tags ?? [], Math.floor(TAGGED / of));
  if (byTag?.isWhole) return all(byTag.rows);
  const whole = await inRange(ctx, space, range, Math.floor(SCANNED / of));
  if (whole !== undefined) return all(whole);
  const known = new Set(candidates.map(({ _id }) => _id));
  const others = hitsOf(byTag?.rows ?? []).filter(({ _id }) => !known.has(_id));
  return { candidates: [...candidates, ...others], isPartial: true };
}

/** `mayHide`: what the filters drop stands where others that pass them may have been, which were not read. */
async function bestByText(
  ctx: AuthedQueryCtx,
  question: Question,
  args: SearchArgs,
  { within, passes }: { within: Within; passes: (row: IndexRow) => boolean },
): Promise<{ rows: IndexRow[]; mayHide: boolean }> {
  const { project } = args;
  const best = (filter: Within, count: number) => byText(ctx, question.search, filter, count);
  let rows = await best(within, RANKED);
  // What the filters drop, as what has expired, may stand in the way of others.
  if (rows.length === RANKED && !rows.every(passes)) rows = await best(within, READ);
  if (rows.length < READ) return { rows, mayHide: false };
  if (project === undefined) return { rows, mayHide: !rows.every(passes) };
  // Other projects' may stand in the way of this one's, and of everybody's.
  const own = await best({ ...within, project: { is: project } }, RANKED);
  const shared = await best({ ...within, project: { is: undefined } }, RANKED);
  const known = new Set(rows.map(({ _id }) => _id));
  return {
    rows: [...rows, ...interleaved(own, shared).filter(({ _id }) => !known.has(_id))],
    mayHide: [own, shared].some((some) => some.length === RANKED && !some.every(passes)),
  };
}

const isRange = ({ since, until }: SearchArgs) => since !== undefined || until !== undefined;

/** A date alone means all of that day, in UTC. */
const endOf = (moment: string) => Date.parse(moment) + (moment.length === 10 ? 24 * 60 * 60 * 1000 - 1 : 0);

/** Every row of a time range, or undefined where there are more than so many. */
async function inRange(
  ctx: AuthedQueryCtx,
  space: string,
  range: Range,
  most: number,
): Promise<IndexRow[] | undefined> {
  const rows = await ctx.db
    .query("memoryIndex")
    .withIndex("by_space_occurredAt", (q) =>
      q.eq("space", space).gte("occurredAt", range.since).lte("occurredAt", range.until),
    )
    .order("desc")
    .take(most + 1);
  return rows.length > most ? undefined : rows;
}

/** The rows of the memories that have the tag that tells most. Not all of them where too many have it. */
async function tagged(ctx: AuthedQueryCtx, within: Within, tags: readonly string[], most: number) {
  const [rarest] = tags.toSorted((a, b) => tells(b) - tells(a));
  if (rarest === undefined) return undefined;
  const rows = await byText(ctx, `${tagMark(rarest)} ${NO_PREFIX}`, within, most);
  return { rows, isWhole: rows.length < most };
}

const tells = (tag: string): number => Math.max(0, ...stemsOf(tag).map(rarityOf));

/** A part of the index. */
interface Place extends Whose {
  space: string;
}

/** Filters that the text index knows. */
interface Within extends Place {
  type: IndexRow["type"] | undefined;
  /** Of this project alone; of none, where it is undefined. */
  project?: { is: string | undefined };
}

function byText(ctx: AuthedQueryCtx, search: string, filter: Within, count: number): Promise<IndexRow[]> {
  return ctx.db
    .query("memoryIndex")
    .withSearchIndex("text", (q) => {
      const all = q.search("text", search).eq("space", filter.space);
      const theirs = filter.agent === undefined ? all : all.eq("agent", filter.agent);
      const told = filter.shared === undefined ? theirs : theirs.eq("shared", true);
      const ofType = filter.type === undefined ? told : told.eq("type", filter.type);
      return filter.project === undefined ? ofType : ofType.eq("project", filter.project.is);
    })
    .take(count);
}

/**
 * A turn of a conversation may be meant by what stands around it. Anything else must itself say a word of the question,
 * or be of its date.
 */
function isHit({ own, by, date, near, far }: IndexLines, question: Question): boolean {
  const asked = [...question.words.keys()];
  const says = (line: string) => asked.some((stem) => holds(line, stem));
  if (says(own) || holdsBeginning(own, question.beginning)) return true;
  if ([...question.dates.keys()].some((mark) => holds(date, mark))) return true;
  if (by === "") return false;
  return question.speakers.some((mark) => holds(by, mark)) || [...near, ...far].some(says);
}

const overlap = ({ own }: IndexLines, question: Question) =>
  [...question.words.keys()].filter((stem) => holds(own, stem)).length;

/** Two lists, each best first, as one. */
function interleaved<T>(one: readonly T[], other: readonly T[]): T[] {
  if (other.length === 0) return [...one];
  return Array.from({ length: Math.max(one.length, other.length) }, (_, i) => [one[i], other[i]])
    .flat()
    .filter((item) => item !== undefined);
}

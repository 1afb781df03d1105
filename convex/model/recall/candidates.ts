/** The index rows that a question may mean, best first by the text index, within every filter. */
import type * as contracts from "@moorage/shared/contracts/memory";
import type * as z from "zod";
import type { Doc } from "../../_generated/dataModel.ts";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { agentFilter, hasTags, inProject } from "../memories/rows.ts";
import { holds, holdsBeginning, type IndexLines, parseText } from "./indexText.ts";
import type { Question } from "./question.ts";
import { livingSpace, pastSpace } from "./upkeep.ts";

export type SearchArgs = z.output<(typeof contracts.search)["args"]>;
type IndexRow = Doc<"memoryIndex">;
export type Candidate = Omit<IndexRow, "text"> & { lines: IndexLines };

/** How many are ranked. */
export const RANKED = 128;
/** How many of the index's best are read where filters that it knows nothing of may drop some. */
const READ = 512;
/** A time range with no more rows than this is read as a whole. */
const SMALL_RANGE = 256;

interface Range {
  since: number;
  until: number;
}

/** Whether a row is within every filter of a question. */
export function filterOf(ctx: AuthedQueryCtx, args: SearchArgs): (row: Omit<IndexRow, "text">) => boolean {
  const agent = agentFilter(ctx.principal, args.agent);
  const range = rangeOf(args);
  const asOf = args.asOf === undefined ? undefined : endOf(args.asOf);
  const now = Date.now();
  return (row) =>
    row.occurredAt >= range.since &&
    row.occurredAt <= range.until &&
    (agent === undefined || row.agent === agent) &&
    (args.type === undefined || row.type === args.type) &&
    hasTags(row, args.tags) &&
    inProject(row, args.project) &&
    (row.expiresAt === undefined || row.expiresAt > (asOf ?? now)) &&
    (asOf === undefined || (row.since <= asOf && (row.until === undefined || row.until > asOf)));
}

const rangeOf = (args: SearchArgs): Range => ({
  since: args.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(args.since),
  until: args.until === undefined ? Number.POSITIVE_INFINITY : endOf(args.until),
});

export async function candidatesFor(ctx: AuthedQueryCtx, question: Question, args: SearchArgs): Promise<Candidate[]> {
  const { tenantId } = ctx.principal;
  const agent = agentFilter(ctx.principal, args.agent);
  const range = rangeOf(args);
  const passes = filterOf(ctx, args);
  const asOf = args.asOf;

  const found = async (space: string) => {
    const within = args.since === undefined && args.until === undefined ? undefined : await inRange(ctx, space, range);
    const isNarrowed = [args.since, args.until, args.tags, args.project, asOf].some((filter) => filter !== undefined);
    const best = (count: number) => byText(ctx, question, { space, agent, type: args.type }, count);
    let rows = within ?? (await best(isNarrowed ? READ : RANKED));
    // Expired ones may stand in the way of those that are still said.
    if (rows.length === RANKED && !rows.every(passes)) rows = await best(READ);
    // Other projects' may stand in the way of this one's, and of everybody's.
    if (within === undefined && rows.length === READ && args.project !== undefined) {
      const filter = { space, agent, type: args.type };
      const own = await byText(ctx, question, { ...filter, project: { is: args.project } }, RANKED);
      const shared = await byText(ctx, question, { ...filter, project: { is: undefined } }, RANKED);
      const known = new Set(rows.map(({ _id }) => _id));
      rows = [...rows, ...interleaved(own, shared).filter(({ _id }) => !known.has(_id))];
    }
    const candidates = rows.filter(passes).map(({ text, ...row }) => ({ ...row, lines: parseText(text) }));
    const hits = candidates.filter((candidate) => isHit(candidate.lines, question));
    return within === undefined
      ? hits
      : hits.toSorted((a, b) => overlap(b.lines, question) - overlap(a.lines, question));
  };
  const living = await found(livingSpace(tenantId));
  const past = asOf === undefined ? [] : await found(pastSpace(tenantId));
  return interleaved(living, past).slice(0, RANKED);
}

/** A date alone means all of that day, in UTC. */
const endOf = (moment: string) => Date.parse(moment) + (moment.length === 10 ? 24 * 60 * 60 * 1000 - 1 : 0);

/** Every row of a time range, or undefined where there are too many to read. */
async function inRange(ctx: AuthedQueryCtx, space: string, range: Range): Promise<IndexRow[] | undefined> {
  const rows = await ctx.db
    .query("memoryIndex")
    .withIndex("by_space_occurredAt", (q) =>
      q.eq("space", space).gte("occurredAt", range.since).lte("occurredAt", range.until),
    )
    .order("desc")
    .take(SMALL_RANGE + 1);
  return rows.length > SMALL_RANGE ? undefined : rows;
}

function byText(
  ctx: AuthedQueryCtx,
  question: Question,
  filter: {
    space: string;
    agent: string | undefined;
    type: IndexRow["type"] | undefined;
    /** Of this project alone; of none, where it is undefined. */
    project?: { is: string | undefined };
  },
  count: number,
): Promise<IndexRow[]> {
  return ctx.db
    .query("memoryIndex")
    .withSearchIndex("text", (q) => {
      const all = q.search("text", question.search).eq("space", filter.space);
      const theirs = filter.agent === undefined ? all : all.eq("agent", filter.agent);
      const ofType = filter.type === undefined ? theirs : theirs.eq("type", filter.type);
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

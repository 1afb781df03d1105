/** Log entries that say words of a question: the rarer the words, the better. */
import type * as contracts from "@moorage/shared/contracts/memory";
import { AppError } from "@moorage/shared/errors";
import { byteLength } from "@moorage/shared/fields";
import { PAGE_BYTES } from "@moorage/shared/limits";
import * as z from "zod";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { present } from "../logs.ts";
import { agentFilter } from "../memories/rows.ts";
import { encodeCursor, parseCursor } from "../pages.ts";
import { holds, holdsBeginning } from "../recall/indexText.ts";
import { type Question, readQuestion, requireWords } from "../recall/question.ts";
import { rarityOf } from "../recall/rarity.ts";

type Args = z.output<(typeof contracts.logSearch)["args"]>;
type IndexRow = Doc<"logIndex">;

const DEFAULT_LIMIT = 20;
/** How many of the index's best are looked at, and how many where days outside the range may be among them. */
const READ = 128;
const READ_IN_RANGE = 512;

const vPlace = z.tuple([z.literal("ls"), z.int().nonnegative()]);

export async function search(ctx: AuthedQueryCtx, args: Args) {
  const { cursor: given, limit = DEFAULT_LIMIT, ...asked } = args;
  if (args.from !== undefined && args.to !== undefined && args.from > args.to) {
    throw new AppError("invalid_input", "from: must not be after to");
  }
  const start = given === undefined ? 0 : parseCursor(given, vPlace, asked)[1];
  const question = readQuestion(args.query);
  requireWords(question, "Ask in words, or read whole days with memory_log_read.");
  const ranked = await rankedEntries(ctx, question, args);
  const entries: contracts.LogEntry[] = [];
  let bytes = 0;
  let next = start;
  for (; next < ranked.length && entries.length < limit; next++) {
    const row = await ctx.db.get("logEntries", ranked[next]!);
    if (row === null) continue;
    bytes += byteLength(row.content);
    if (entries.length > 0 && bytes > PAGE_BYTES) break;
    entries.push(present(row));
  }
  return { entries, ...(next < ranked.length ? { cursor: encodeCursor(["ls", next], asked) } : {}) };
}

/** Each entry once, by all its rows. */
async function rankedEntries(ctx: AuthedQueryCtx, question: Question, args: Args): Promise<Id<"logEntries">[]> {
  const rows = (await found(ctx, question, args)).filter(
    ({ day }) => day >= (args.from ?? "") && day <= (args.to ?? day),
  );
  return [...Map.groupBy(rows, ({ entryId }) => entryId)]
    .map(([entryId, pieces]) => ({ entryId, at: pieces[0]!._creationTime, score: scoreOf(question, pieces) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || b.at - a.at)
    .map(({ entryId }) => entryId);
}

function found(ctx: AuthedQueryCtx, question: Question, args: Args): Promise<IndexRow[]> {
  const { tenantId } = ctx.principal;
  const agent = agentFilter(ctx.principal, args.agent);
  const isNarrowed = args.from !== undefined || args.to !== undefined;
  return ctx.db
    .query("logIndex")
    .withSearchIndex("text", (q) => {
      const all = q.search("text", question.search).eq("tenantId", tenantId);
      return agent === undefined ? all : all.eq("agent", agent);
    })
    .take(isNarrowed ? READ_IN_RANGE : READ);
}

function scoreOf({ words, beginning }: Question, pieces: readonly IndexRow[]): number {
  const says = (stem: string) =>
    pieces.some(({ text }) => holds(text, stem) || (stem === beginning && holdsBeginning(text, stem)));
  return [...words.keys()].filter(says).reduce((sum, stem) => sum + rarityOf(stem), 0);
}

/** A page of the memories that answer a question, best first. */
import type { ResultOf } from "@moorage/shared/contract";
import type * as contracts from "@moorage/shared/contracts/memory";
import { byteLength } from "@moorage/shared/fields";
import { PAGE_BYTES } from "@moorage/shared/limits";
import * as z from "zod";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { fitted, tokensOf } from "../budget.ts";
import { fuse } from "../meaning/fuse.ts";
import { meantBy } from "../meaning/search.ts";
import { present } from "../memories/rows.ts";
import { encodeCursor, parseCursor } from "../pages.ts";
import { type Candidate, candidateOf, candidatesFor, type SearchArgs } from "./candidates.ts";
import { readQuestion, requireWords } from "./question.ts";
import { scoresOf } from "./rank.ts";
import { whyOf } from "./why.ts";

type Hit = ResultOf<typeof contracts.search>["memories"][number];

const DEFAULT_LIMIT = 10;

const vPlace = z.tuple([z.literal("s"), z.int().nonnegative()]);

/** `close` is what was found close in meaning, closest first. */
export async function search(ctx: AuthedQueryCtx, args: SearchArgs, close: readonly string[] = []) {
  const { cursor: given, limit, budget, ...asked } = args;
  const start = given === undefined ? 0 : parseCursor(given, vPlace, asked)[1];
  const question = readQuestion(args.query);
  if (close.length === 0) requireWords(question, "Ask in words, or see what there is with memory_list.");
  const { candidates, isPartial } = await candidatesFor(ctx, question, args);
  const byWords = best(candidates, (found) => scoresOf(question, found));
  const meant = await meantBy(ctx, close, candidateOf(ctx, args));
  const ranked = close.length === 0 ? byWords : fuse(byWords, meant.candidates, { idOf, isTrusted: meant.isTrusted });
  const isClose = new Set(meant.candidates.map(idOf));
  const hits: Hit[] = [];
  const spent = { bytes: 0, tokens: 0 };
  let next = start;
  for (; next < ranked.length && hits.length < (limit ?? DEFAULT_LIMIT); next++) {
    const { item: candidate, score } = ranked[next]!;
    const memory = await read(ctx, candidate);
    if (memory === null) continue;
    spent.bytes += byteLength(memory.content);
    spent.tokens += tokensOf(memory);
    if (hits.length > 0 && (spent.bytes > PAGE_BYTES || spent.tokens > (budget ?? Infinity))) break;
    hits.push({
      // The best is told in any case, as much of it as may be.
      ...(hits.length === 0 ? fitted(memory, budget ?? Infinity) : memory),
      // More digits tell a reader nothing, and each costs tokens.
      score: Number(score.toPrecision(3)),
      why: whyOf(question, candidate.lines, isClose.has(idOf(candidate))),
    });
  }
  if (next < ranked.length) return { memories: hits, cursor: encodeCursor(["s", next], asked) };
  return { memories: hits, ...(isPartial ? { partial: true as const } : {}) };
}

const idOf = ({ memoryId }: Candidate) => memoryId;

interface Ranked {
  item: Candidate;
  /** Falls from 1. */
  score: number;
}

/** Each memory once, by its best piece; the newest first among equals. */
function best(found: readonly Candidate[], score: (found: readonly Candidate[]) => number[]): Ranked[] {
  const scores = score(found);
  const ranked = found
    .map((item, i) => ({ item, score: scores[i]! }))
    .sort((a, b) => b.score - a.score || b.item.createdAt - a.item.createdAt);
  const seen = new Set<string>();
  const top = ranked[0]?.score ?? 0;
  return ranked
    .filter(({ item: { memoryId } }) => !seen.has(memoryId) && seen.add(memoryId))
    .map((one) => ({ ...one, score: 1 / (1 + top - one.score) }));
}

/** The memory a row belongs to, as it is or, for a row of the past, as it was. */
async function read(ctx: AuthedQueryCtx, row: Candidate) {
  const memory = await ctx.db.get("memories", row.memoryId);
  if (memory === null || row.versionId === undefined) return memory && present(memory);
  const version = await ctx.db.get("memoryVersions", row.versionId);
  if (version === null) return null;
  const { _id, _creationTime, memoryId: _memoryId, ...said } = version;
  return present({ ...said, _id: memory._id, _creationTime: memory._creationTime, agent: memory.agent });
}

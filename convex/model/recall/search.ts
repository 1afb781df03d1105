/** A page of the memories that answer a question, best first. */
import type { ResultOf } from "@moorage/shared/contract";
import type * as contracts from "@moorage/shared/contracts/memory";
import { byteLength } from "@moorage/shared/fields";
import { PAGE_BYTES } from "@moorage/shared/limits";
import * as z from "zod";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { tokensOf } from "../budget.ts";
import { present } from "../memories/rows.ts";
import { encodeCursor, parseCursor } from "../pages.ts";
import { type Candidate, candidatesFor, type SearchArgs } from "./candidates.ts";
import { readQuestion } from "./question.ts";
import { scoresOf } from "./rank.ts";
import { whyOf } from "./why.ts";

type Hit = ResultOf<typeof contracts.search>["memories"][number];

const DEFAULT_LIMIT = 10;

const vPlace = z.tuple([z.literal("s"), z.int().nonnegative()]);

export async function search(ctx: AuthedQueryCtx, args: SearchArgs) {
  const { cursor: given, limit, budget, ...asked } = args;
  const start = given === undefined ? 0 : parseCursor(given, vPlace, asked)[1];
  const question = readQuestion(args.query);
  const ranked = best(await candidatesFor(ctx, question, args), (found) => scoresOf(question, found));
  const hits: Hit[] = [];
  const spent = { bytes: 0, tokens: 0 };
  let next = start;
  for (; next < ranked.length && hits.length < (limit ?? DEFAULT_LIMIT); next++) {
    const { candidate, score } = ranked[next]!;
    const memory = await read(ctx, candidate);
    if (memory === null) continue;
    spent.bytes += byteLength(memory.content);
    spent.tokens += tokensOf(memory.content);
    if (hits.length > 0 && (spent.bytes > PAGE_BYTES || spent.tokens > (budget ?? Infinity))) break;
    hits.push({ ...memory, score, why: whyOf(question, candidate.lines) });
  }
  return { memories: hits, ...(next < ranked.length ? { cursor: encodeCursor(["s", next], asked) } : {}) };
}

interface Ranked {
  candidate: Candidate;
  /** Falls from 1. */
  score: number;
}

/** Each memory once, by its best piece; the newest first among equals. */
function best(found: readonly Candidate[], score: (found: readonly Candidate[]) => number[]): Ranked[] {
  const scores = score(found);
  const ranked = found
    .map((candidate, i) => ({ candidate, score: scores[i]! }))
    .sort((a, b) => b.score - a.score || b.candidate.createdAt - a.candidate.createdAt);
  const seen = new Set<string>();
  const top = ranked[0]?.score ?? 0;
  return ranked
    .filter(({ candidate: { memoryId } }) => !seen.has(memoryId) && seen.add(memoryId))
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

/**
 * Whether a model is worth listening to, seen on this tenant's own memories: of two others, the one that shares most
 * words with a memory should be nearer to it than one that shares fewest. A model that guesses wins every second time.
 */
import { stemsOf } from "../recall/language.ts";
import { cosine } from "./vector.ts";

export interface Trials {
  trials: number;
  wins: number;
}

/** Words shared that make two memories related. */
const RELATED = 2;
const ENOUGH_TRIALS = 40;
/** Above chance by so much, at twice the error that so few trials may have. */
const BETTER_THAN = 0.55;

/** For the memories of one batch, each with its vector. */
export function trialsOf(texts: readonly string[], vectors: readonly (readonly number[])[]): Trials {
  const words = texts.map((text) => new Set(stemsOf(text)));
  const seen: Trials = { trials: 0, wins: 0 };
  for (const [at, own] of words.entries()) {
    const shared = words.map((other, j) => (j === at ? Number.NaN : countShared(own, other)));
    const counts = shared.filter((count) => !Number.isNaN(count));
    const [most, least] = [Math.max(...counts), Math.min(...counts)];
    if (counts.length < 2 || most < RELATED || most === least) continue;
    const related = shared.indexOf(most);
    // Where there are many of those, not always the same one.
    const others = shared.flatMap((count, j) => (count === least ? [j] : []));
    const other = others[(at * 7) % others.length]!;
    seen.trials++;
    if (cosine(vectors[at]!, vectors[related]!) > cosine(vectors[at]!, vectors[other]!)) seen.wins++;
  }
  return seen;
}

export const isTrusted = ({ trials, wins }: Trials): boolean =>
  trials >= ENOUGH_TRIALS && wins / trials - 2 * Math.sqrt(0.25 / trials) > BETTER_THAN;

const countShared = (one: ReadonlySet<string>, other: ReadonlySet<string>): number =>
  [...one].filter((word) => other.has(word)).length;

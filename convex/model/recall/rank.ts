/**
 * Orders what the text index found. Features of one entry for one question, each a number between about 0 and 1, and a
 * weight for each: a linear model, fitted on public conversations and the same when each of them was left out.
 */
import { byMark } from "./entry.ts";
import { asNeighbour, holds, holdsBeginning, type IndexLines } from "./indexText.ts";
import type { Question } from "./question.ts";
import { rarityOf } from "./rarity.ts";

/** An index row as the ranker sees it. */
export interface Candidate {
  lines: IndexLines;
  agent: string;
  occurredAt: number;
  importance: number;
  asks: boolean;
  answers: boolean;
  dated: boolean;
  names: number;
}

export interface Features {
  /** Place among the index's hits. */
  place: number;
  /** Share of the question, by rarity, that the entry itself says; its neighbours do; those beyond do. */
  own: number;
  near: number;
  far: number;
  /** The one speaker who is named says it. */
  speaker: number;
  /** Parts of a date in the question that are the entry's. */
  date: number;
  /** The question asks when, and the entry says when. */
  when: number;
  names: number;
  asks: number;
  answers: number;
  /** How well the best of its session matches. */
  sessionBest: number;
}

const WEIGHTS: Features = {
  place: 3.2,
  own: 4.4,
  near: 3.2,
  far: 1.8,
  speaker: 2.5,
  date: 2.7,
  when: 2.3,
  names: 0.4,
  asks: -0.7,
  answers: 0.9,
  sessionBest: 2.6,
};
/** What an entry gains that stands right beside the best; one this much worse lends nothing. */
const BESIDE_WEIGHT = 1;
const BESIDE_REACH = 8;
/** Near ties are broken by importance, then by age: together they are worth less than one word of five. */
const IMPORTANCE_WEIGHT = 0.08;
const RECENCY_WEIGHT = 0.06;
const MONTH_MS = 30 * 24 * 60 * 60 * 1000;
/** Entries of one agent without a longer gap are a session. */
const SESSION_GAP_MS = 60 * 60 * 1000;
/** Of a name that every candidate holds. */
const NAME_RARITY = 3;
const NEIGHBOUR_SHARE = 0.3;
/** Of what belongs to an identifier that is asked for, so that it does not outweigh the words beside it. */
const PART_SHARE = 0.3;
/** Of a word that only begins as asked. */
const BEGINNING_SHARE = 0.5;

/** A score for each candidate; only their differences mean something. */
export function scoresOf(question: Question, candidates: readonly Candidate[]): number[] {
  const relevances = featuresOf(question, candidates).map((features) =>
    (Object.keys(WEIGHTS) as (keyof Features)[]).reduce((sum, name) => sum + WEIGHTS[name] * features[name], 0),
  );
  const top = Math.max(...relevances);
  const lends = (place: number) => Math.max(0, 1 - (top - relevances[place]!) / BESIDE_REACH);
  const beside = besideOf(candidates);
  const newest = Math.max(...candidates.map((candidate) => candidate.occurredAt));
  return candidates.map(({ importance, occurredAt }, i) => {
    const lent = Math.max(0, ...beside[i]!.map(lends));
    const recency = 2 ** ((occurredAt - newest) / MONTH_MS);
    return relevances[i]! + BESIDE_WEIGHT * lent + IMPORTANCE_WEIGHT * (importance - 3) + RECENCY_WEIGHT * recency;
  });
}

/** For each candidate the places of those said right before and right after it, as their rows quote each other. */
function besideOf(candidates: readonly Candidate[]): number[][] {
  const quoted = candidates.map(({ lines }) => asNeighbour(lines.own));
  const places = Map.groupBy(candidates.keys(), (place) => quoted[place]!);
  const beside: number[][] = candidates.map(() => []);
  for (const [place, { agent, lines }] of candidates.entries()) {
    if (lines.near[1] === "" || quoted[place] === "") continue;
    for (const next of places.get(lines.near[1]) ?? []) {
      const isNext = candidates[next]!.agent === agent && candidates[next]!.lines.near[0] === quoted[place];
      if (!isNext) continue;
      beside[place]!.push(next);
      beside[next]!.push(place);
    }
  }
  return beside;
}

export function featuresOf(question: Question, candidates: readonly Candidate[]): Features[] {
  const speakers = speakersNamed(question, candidates);
  const asked = [...question.words.keys()].filter((stem) => !speakers.has(byMark(stem)));
  const weights = new Map(asked.map((stem) => [stem, weightOf(stem, question, candidates)]));
  const whole = [...weights.values()].reduce((sum, weight) => sum + weight, 0) || 1;
  const dates = [...question.dates.keys()];
  const matches = candidates.map((candidate) =>
    matchOf(candidate.lines, { weights, whole, beginning: question.beginning }),
  );
  const sessions = sessionsOf(candidates);
  const best = new Map<number, number>();
  for (const [i, session] of sessions.entries()) {
    const match = matches[i]!;
    best.set(session, Math.max(best.get(session) ?? 0, match.own + NEIGHBOUR_SHARE * match.nearest));
  }
  return candidates.map((candidate, i) => ({
    place: 10 / (11 + i),
    own: matches[i]!.own,
    near: matches[i]!.near,
    far: matches[i]!.far,
    speaker: speakers.size === 1 && [...speakers].some((mark) => holds(candidate.lines.by, mark)) ? 1 : 0,
    date: dates.filter((mark) => holds(candidate.lines.date, mark)).length,
    when: question.asksWhen && candidate.dated ? 1 : 0,
    names: candidate.names,
    asks: candidate.asks ? 1 : 0,
    answers: candidate.answers ? 1 : 0,
    sessionBest: best.get(sessions[i]!)!,
  }));
}

/**
 * A name tells as much as it is rare here: no list of everyday words knows whether everyone speaks of Ada. Of other words
 * the list knows better than these few candidates.
 */
function weightOf(stem: string, question: Question, candidates: readonly Candidate[]): number {
  const rarity = rarityOf(stem) * (question.parts.has(stem) ? PART_SHARE : 1);
  if (!question.names.has(stem)) return rarity;
  const holders = candidates.filter(({ lines }) => holds(lines.own, stem)).length;
  return Math.min(rarity, NAME_RARITY + Math.log((candidates.length + 1) / (holders + 1)));
}

/** The speakers among the candidates whom the question names. */
function speakersNamed(question: Question, candidates: readonly Candidate[]): Set<string> {
  const speak = (mark: string) => candidates.some((candidate) => holds(candidate.lines.by, mark));
  return new Set(question.speakers.filter(speak));
}

/** Each asked stem counts once, where it stands nearest. */
function matchOf(
  { own, near, far }: IndexLines,
  { weights, whole, beginning }: { weights: ReadonlyMap<string, number>; whole: number; beginning: string | undefined },
) {
  const match = { own: 0, near: 0, far: 0, nearest: 0 };
  const nearest = [0, 0];
  for (const [stem, weight] of weights) {
    const beside = near.map((line) => holds(line, stem));
    if (holds(own, stem)) match.own += weight;
    else if (stem === beginning && holdsBeginning(own, stem)) match.own += weight * BEGINNING_SHARE;
    else if (beside.includes(true)) match.near += weight;
    else if (far.some((line) => holds(line, stem))) match.far += weight;
    for (const [i, says] of beside.entries()) if (says) nearest[i]! += weight;
  }
  return {
    own: match.own / whole,
    near: match.near / whole,
    far: match.far / whole,
    nearest: Math.max(...nearest) / whole,
  };
}

/** A number for the session of each candidate: one agent's, without a long gap between them. */
function sessionsOf(candidates: readonly Candidate[]): number[] {
  const order = candidates
    .map((_, i) => i)
    .sort((a, b) => {
      const [one, other] = [candidates[a]!, candidates[b]!];
      return one.agent === other.agent ? one.occurredAt - other.occurredAt : one.agent < other.agent ? -1 : 1;
    });
  const sessions: number[] = new Array(candidates.length).fill(0);
  for (let k = 1; k < order.length; k++) {
    const [one, other] = [candidates[order[k - 1]!]!, candidates[order[k]!]!];
    const together = one.agent === other.agent && other.occurredAt - one.occurredAt < SESSION_GAP_MS;
    sessions[order[k]!] = sessions[order[k - 1]!]! + (together ? 0 : 1);
  }
  return sessions;
}

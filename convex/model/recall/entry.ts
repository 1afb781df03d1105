/** What the index takes from an entry's words. */
import { fnv1a } from "@moorage/shared/hash";
import { stemOf, stemsOf, wordsOf } from "./language.ts";

/** `Name: what they said`, as in a transcript. */
const SPEAKER = /^\s*([\p{Lu}\p{Lt}\p{Lo}][\p{L}\p{M}\p{N}'’.-]*(?: [\p{L}\p{N}][\p{L}\p{M}\p{N}'’.-]*){0,2}):\s+/u;
/** Ends with a question, whatever is attached to it in brackets; bounded, so that no text makes it try for long. */
const ASKS = /[?？](?:\s{0,8}\[[^\]]{0,1000}\])?\s*$/u;
/** Words that place something in time. */
const DATED =
  /\b(?:yesterday|today|tonight|tomorrow|ago|last|next|this (?:week|month|year|morning|weekend|summer|winter|spring|fall|autumn)|weekends?|weeks?|months?|years?|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october|november|december|recently|just|soon|since|\d{4}|\d+(?:st|nd|rd|th))\b/i;
/** A word with a capital inside a sentence. */
const NAME = /(?<=[\p{Ll},] )\p{Lu}\p{Ll}+/gu;
const MAX_NAMES = 2;

export interface Entry {
  /** Stems in the order of the words, tags at the end. */
  stems: string[];
  /** Marks of who says it: see `byMark`. */
  by: string[];
  /** Marks of its tags: see `tagMark`. */
  tags: string[];
  /** It ends with a question. */
  asks: boolean;
  /** It says when. */
  dated: boolean;
  /** How many names it holds, as far as counting them tells something. */
  names: number;
}

/** A term of its own for "said by", so that a name as speaker is not a name that is mentioned. */
export const byMark = (stem: string): string => `by${stem}`;

/** A short term of its own for a tag, whatever its words: they are the neighbours' words, too. Two tags may share one. */
export const tagMark = (tag: string): string => `0tag${fnv1a(tag).toString(36)}`;

export function readEntry(content: string, tags: readonly string[]): Entry {
  const speaker = SPEAKER.exec(content);
  const said = speaker === null ? content : content.slice(speaker[0].length);
  return {
    stems: [...stemsOf(said), ...tags.flatMap(stemsOf)],
    by: wordsOf(speaker?.[1] ?? "").map((word) => byMark(stemOf(word))),
    tags: tags.map(tagMark),
    asks: ASKS.test(said),
    dated: DATED.test(said),
    names: Math.min(MAX_NAMES, said.match(NAME)?.length ?? 0),
  };
}

const MONTHS = "january february march april may june july august september october november december".split(" ");

/** Terms of their own for when something happened, each as a question may put it. */
export const dateMarks = {
  year: (year: string) => `on${year}`,
  month: (month: string) => `on${month}`,
  monthOfYear: (month: string, year: string) => `on${month}${year}`,
  dayOfMonth: (day: string, month: string) => `on${day}${month}`,
};

export function marksOfDate(time: number): string[] {
  const { year, month, day } = dateStems(time);
  return [
    dateMarks.year(year),
    dateMarks.month(month),
    dateMarks.monthOfYear(month, year),
    dateMarks.dayOfMonth(day, month),
  ];
}

/** The stems by which text names a day. */
export function dateStems(time: number): { year: string; month: string; day: string } {
  const date = new Date(time);
  return {
    year: `${date.getUTCFullYear()}`,
    month: stemOf(MONTHS[date.getUTCMonth()]!),
    day: `${date.getUTCDate()}`,
  };
}

export const MONTH_STEMS: ReadonlySet<string> = new Set(MONTHS.map(stemOf));

/** What a query asks for, as terms of the index. */
import { AppError } from "@moorage/shared/errors";
import { byMark, dateMarks, dateStems, MONTH_STEMS } from "./entry.ts";
import { pictureOf, stemOf, stemsOf, tellingWordsOf, wordsOf } from "./language.ts";
import { isCommon, rarityOf } from "./rarity.ts";

/** Convex looks for at most 16 terms, the last of which counts as the beginning of a word. */
const TERMS = 16;
/** With no more words than this, the last one may be the beginning of a word: "auth" finds "authentication". */
const SHORT = 2;
const MIN_BEGINNING = 3;
/** A last term that begins no word of any entry. */
export const NO_PREFIX = "0end";
/** Stems of this rarity or less are looked for only in short questions: see `telling`. */
const EVERYWHERE = 3.5;
const ENOUGH = 3;
/** Terms that may be spent on asking for speakers. */
const SPEAKERS = 5;

const ISO_DATE = /\b(\d{4})-(\d{2})(?:-(\d{2}))?\b/g;
const CAPITALISED = /(?<!\p{L})\p{Lu}[\p{L}\p{M}]*/gu;
const LETTERS = /^\p{L}+$/u;
const ASKS_WHEN = /\b(?:when|how long|(?:what|which) (?:date|day|week|month|year|time))\b/i;

export interface Question {
  /** What the text index is asked for. */
  search: string;
  /** Unique stems and the word each came from; those of names may speak, so they are asked for as speakers, too. */
  words: ReadonlyMap<string, string>;
  /** Stems that are not its words but parts of its identifiers, or wholes of their parts. */
  parts: ReadonlySet<string>;
  /** Stems of the words that have a capital, as names do. */
  names: ReadonlySet<string>;
  /** Marks of those who may be named in it as speakers. */
  speakers: readonly string[];
  /** Marks of the day, the month and the year that are named, and the stem that names each. */
  dates: ReadonlyMap<string, string>;
  asksWhen: boolean;
  /** The stem that a word need only begin with. */
  beginning?: string;
}

export function readQuestion(query: string): Question {
  const plain = query.replace(ISO_DATE, (_whole, year: string, month: string, day?: string) => {
    const date = dateStems(Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1)));
    return ` ${date.month} ${year} ${day === undefined ? "" : date.day} `;
  });
  const words = new Map(tellingWordsOf(plain).map((word) => [stemOf(word), pictureOf(word) ?? word]));
  const stems = [...words.keys()];
  const capitals = new Set((query.match(CAPITALISED) ?? []).flatMap(stemsOf));
  const said = new Set(wordsOf(plain).map(stemOf));
  const parts = new Set(stems.filter((stem) => !said.has(stem)));
  const speaking = stems.filter(
    (stem) => !parts.has(stem) && LETTERS.test(stem) && (capitals.has(stem) || !isCommon(stem)),
  );
  const speakers = rarest(speaking, SPEAKERS).map(byMark);
  const dates = datesAmong(stems);
  const beginning = wordsOf(query).length <= SHORT ? beginningAmong(stems) : undefined;
  const terms = rarest(telling(stems, parts), TERMS - 1 - speakers.length - dates.search.length);
  return {
    search: [...terms, ...speakers, ...dates.search, beginning ?? NO_PREFIX].join(" "),
    words,
    parts,
    names: capitals,
    speakers,
    dates: dates.words,
    asksWhen: ASKS_WHEN.test(query),
    ...(beginning === undefined ? {} : { beginning }),
  };
}

/** Refuses what asks for nothing: no entry could answer it. */
export function requireWords({ words }: Question, hint: string): void {
  if (words.size > 0) return;
  throw new AppError("invalid_input", "query: holds no word to look for", { hint });
}

function beginningAmong(stems: readonly string[]): string | undefined {
  const last = stems.at(-1);
  return last !== undefined && last.length >= MIN_BEGINNING && stems.length <= SHORT ? last : undefined;
}

/** Without the words that stand in every other entry, where enough remain: they cost most and tell least. */
function telling(stems: readonly string[], parts: ReadonlySet<string>): readonly string[] {
  const rare = stems.filter((stem) => rarityOf(stem) > EVERYWHERE);
  return rare.filter((stem) => !parts.has(stem)).length >= ENOUGH ? rare : stems;
}

/** The `count` rarest, in their order. */
function rarest(stems: readonly string[], count: number): string[] {
  if (stems.length <= count) return [...stems];
  const kept = new Set(stems.toSorted((a, b) => rarityOf(b) - rarityOf(a)).slice(0, count));
  return stems.filter((stem) => kept.has(stem));
}

/** The year, the month and the day that are named; a number is a day only beside a month. */
function datesAmong(stems: readonly string[]): { words: ReadonlyMap<string, string>; search: string[] } {
  const year = stems.find((stem) => /^(?:19|20)\d\d$/.test(stem));
  const month = stems.find((stem) => MONTH_STEMS.has(stem));
  const day = month && stems.find((stem) => /^(?:[1-9]|[12]\d|3[01])$/.test(stem));
  const words = new Map<string, string>();
  if (month !== undefined) words.set(dateMarks.month(month), month);
  if (year !== undefined) words.set(dateMarks.year(year), year);
  if (month !== undefined && day !== undefined) words.set(dateMarks.dayOfMonth(day, month), day);
  // The narrowest that covers what is named: a year alone stands in every other entry.
  const search =
    month !== undefined && year !== undefined
      ? [dateMarks.monthOfYear(month, year), ...(day === undefined ? [] : [dateMarks.dayOfMonth(day, month)])]
      : [...words.keys()].slice(-1);
  return { words, search };
}

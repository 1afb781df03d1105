/** Words and their stems: Convex's text index knows neither, so entries and questions bring them along. */
import { stemmer } from "stemmer";
import { baseFormOf } from "./baseForms.ts";

/** Convex leaves longer terms out of its text index. */
const TERM_BYTES = 32;

/** English words that tell nothing apart; what remains of "don't" and "we've" among them. */
const STOP_WORDS = new Set(
  (
    "a about after again against all also am an and any are aren as at be because been before being below between both " +
    "but by can could couldn d did didn do does doesn doing don done down during each few for from further had hadn has " +
    "hasn have haven having he her here hers herself him himself his how i if in into is isn it its itself just let ll m " +
    "me more most my myself no nor not of off on once only or other our ours ourselves out over own re s same she should " +
    "shouldn so some such t than that the their theirs them themselves then there these they this those through to too " +
    "under until up ve very was wasn we were weren what when where which while who whom why will with won would wouldn " +
    "you your yours yourself yourselves ain"
  ).split(" "),
);

/** Scripts written without spaces: every two neighbouring characters make a word. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{2,}/gu;

/** Lower-case words without diacritics. */
export function wordsOf(text: string): string[] {
  const plain = text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  const spaced = plain.replace(UNSPACED, (run) => {
    const characters = [...run];
    return ` ${characters
      .slice(1)
      .map((character, i) => `${characters[i]}${character}`)
      .join(" ")} `;
  });
  return spaced.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Porter's stem of an English word's base form; any other word as it is, cut to what the index holds. */
export function stemOf(word: string): string {
  if (/^[a-z]+$/.test(word)) return word.length > TERM_BYTES ? word.slice(0, TERM_BYTES) : stemmer(baseFormOf(word));
  return cut(word);
}

/** Where an identifier has a seam: `get|User|By|Id`, `HTTP|Server`, `Postgre|SQL`; `IDs` and `5K` have none. */
const SEAM = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{N})(?=\p{Lu}\p{Ll})|(?<=\p{Lu})(?=\p{Lu}\p{Ll}{2})|_+/u;

/** Identifiers both as one word and by their parts, so that `getUserById` and `user_id` are found by "user", too. */
function withParts(text: string): string {
  return text.replace(/[\p{L}\p{N}_]+/gu, (name) => {
    const parts = name.split(SEAM).filter((part) => part !== "");
    return parts.length < 2 ? name : [parts.join(""), ...parts.filter((part) => part.length > 1)].join(" ");
  });
}

/** Emoji and flags, which no text index takes for words. */
const PICTURE = /\p{RI}{2}|\p{Extended_Pictographic}/gu;
/** How a picture is written as a word that no text holds. */
const PICTURE_WORD = /^0pic((?:x[0-9a-f]+)+)$/;

const wordOfPicture = (picture: string): string =>
  ` 0pic${[...picture].map((character) => `x${character.codePointAt(0)!.toString(16)}`).join("")} `;

/** The picture that a word stands for. */
export function pictureOf(word: string): string | undefined {
  const points = PICTURE_WORD.exec(word)?.[1]?.slice(1).split("x");
  return points && String.fromCodePoint(...points.map((point) => Number.parseInt(point, 16)));
}

/** Words that tell something; all of them where none does ("to be or not to be"). */
export function tellingWordsOf(text: string): string[] {
  const words = wordsOf(withParts(text).replace(PICTURE, wordOfPicture));
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  return telling.length > 0 ? telling : words;
}

export const stemsOf = (text: string): string[] => tellingWordsOf(text).map(stemOf);

/** The longest beginning that the index holds; a character of UTF-8 takes at most four bytes. */
function cut(word: string): string {
  if (word.length * 3 <= TERM_BYTES) return word;
  const bytes = new TextEncoder().encode(word);
  if (bytes.length <= TERM_BYTES) return word;
  return new TextDecoder().decode(bytes.subarray(0, TERM_BYTES)).replace(/\uFFFD+$/, "");
}

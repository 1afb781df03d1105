/**
 * When two entries say the same: with the same telling words, whatever their forms, letter case and punctuation, and
 * wherever a phrase such as "at nine" stands. What may change the sense is kept: every other word and its place, numbers
 * and their signs, identifiers, denials, and whether it asks. In doubt two entries differ. All of it is in one digest, so
 * that an index finds the twin, and no two calls meet that do not say the same.
 */
import { digestOf } from "../encoding.ts";
import { readEntry } from "../recall/entry.ts";
import { stemOf, wordsOf } from "../recall/language.ts";

const stemsOf = (words: string) => new Set(words.split(" ").map(stemOf));

/** Words that a sentence means the same without; what remains of "it's" and "we're" among them. */
const EMPTY = stemsOf("a an the that s is are re their its");
/** Words that add weight, but for a denial: "not always" is another thing than "not". */
const EMPHASIS = stemsOf(
  "always really very strongly definitely certainly absolutely clearly simply actually basically currently now still also " +
    "please",
);
const DENIALS = stemsOf("not never no hardly");
/** A phrase that begins so may stand before or behind what it belongs to. */
const PREPOSITIONS = stemsOf(
  "after at before by during every for from if in on since to unless until when while with within without",
);
/** How people begin what they want kept. */
const FRAME = /^\s*(?:please\s+)?(?:remember|note|reminder|fyi)\b[\s:,]*(?:that\b)?/i;
/** Several sentences: where a phrase belongs depends on its place. */
const SENTENCES = /[.!?;:。！？]\s+\S|\n\s*\S/u;
const ASKS = /[?？]\s*$/u;
/** Where a character is more than punctuation: signs of numbers and between values, seams of identifiers, pictures. */
const SIGNS = [
  /[<>=≠≤≥±%$€£¥°^~&@+]/gu,
  /(?<![\p{L}\p{N}])[-−#](?=\p{N})|(?<=\p{L})#|(?<![\p{L}\p{N}])!(?=\p{L})/gu,
  /(?<=[\p{L}\p{N}])[_./:\\,](?=[\p{L}\p{N}])|(?<=\p{N})-(?=[\p{L}\p{N}])|(?<=\p{L})-(?=\p{N})/gu,
  /\p{Extended_Pictographic}/gu,
];
const COUNTS = new Map(
  "two three four five six seven eight nine ten eleven twelve".split(" ").map((word, i) => [word, `${i + 2}`]),
);

/** Equal for entries that say the same; a text without words stands for itself. */
export function wordingOf(content: string): string {
  const said = content.replace(FRAME, "");
  // A turn of a conversation, or a labelled value, is itself in its own order alone.
  const isLabelled = readEntry(said, []).by.length > 0;
  const terms = isLabelled ? termsOf(said) : termsOf(said).filter(isTelling);
  const ordered = isLabelled || SENTENCES.test(said.trim()) ? terms : inOneOrder(terms);
  return digestOf(terms.length > 0 ? `${ordered.join(" ")}${ASKS.test(said) ? " ?" : ""}` : content);
}

function isTelling(term: string, at: number, terms: readonly string[]): boolean {
  return EMPHASIS.has(term) ? DENIALS.has(terms[at - 1] ?? "") : !EMPTY.has(term);
}

/** Stems, and what stands between them that means something. */
function termsOf(text: string): string[] {
  const spelled = text
    .replaceAll(/\bcan(?:not|['’]t)\b/gi, "can not")
    .replaceAll(/\bwon['’]t\b/gi, "will not")
    .replaceAll(/n['’]t\b/gi, " not");
  const signed = SIGNS.reduce((rest, signs) => rest.replaceAll(signs, nameOf), spelled);
  return wordsOf(signed).map((word) => COUNTS.get(word) ?? stemOf(word));
}

/** A sign as a word that no text holds. */
const nameOf = (sign: string) => ` sign0${sign.codePointAt(0)!.toString(16)} `;

/** Of the ways to begin with one of its phrases, the first by the alphabet; a text without phrases as it is. */
function inOneOrder(terms: readonly string[]): readonly string[] {
  const ways = terms.flatMap((term, at) =>
    PREPOSITIONS.has(term) ? [[...terms.slice(at), ...terms.slice(0, at)].join(" ")] : [],
  );
  return ways.length === 0 ? terms : [ways.sort()[0]!];
}

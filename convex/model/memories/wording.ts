/**
 * When two entries say the same: with the same telling words, whatever their plurals, letter case and punctuation, and
 * wherever a phrase such as "at nine" stands. What may change the sense is kept: every other word and its place, tenses,
 * numbers and their signs, identifiers, denials, and whether it asks. In doubt two entries differ. All of it is in one digest, so
 * that an index finds the twin, and no two calls meet that do not say the same.
 */
import { digestOf } from "../encoding.ts";
import { readEntry } from "../recall/entry.ts";
import { wordsOf } from "../recall/language.ts";

/** Without the -s of "ferries" and of "she runs". A stem would be too little: "worked" is not "works". */
function formOf(word: string): string {
  if (!/^[a-z]{3,}s$/.test(word) || /(?:[sui]s|news)$/.test(word)) return word;
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  return word.slice(0, /(?:ss|x|z|ch|sh|o)es$/.test(word) ? -2 : -1);
}

/** "is leaving" is "leaves": the verb of what somebody is doing, without its -ing. */
const DOING =
  /(?<=\b(?:is|are|am|['’]s|['’]re)\s{1,4}(?:(?:now|still|currently|also|always)\s{1,4})?)[a-z]{0,20}[aeiouy][a-z]{0,20}[b-df-hj-np-tv-z]ing\b/gi;
/** Of several syllables, where nothing but the ear tells: endings of verbs that have an -e far more often than not. */
const LONG_E =
  /(?:[^eo]a[dkmprt]|[^aeo]i[dln]|[^a]i[kmpr]|[^o]o[dk]|om|[^o]u[drt]|ul|um|[aeiou]g|(?:st|gn|pl)or|(?:del|mpl)et|creat|chang)$/i;
/** Of one syllable: what ends in one vowel and one consonant would have doubled it, had it no -e. */
const SHORT_E = /^[^aeiouy]{0,3}[aeiouy][b-df-hj-np-tvz]$/i;
const DROPS_E = /(?:[vcz]|[^s]s|[dr]g|[bdfgkptz]l)$/i;

function verbOf(doing: string): string {
  const stem = doing.slice(0, -3);
  const single = stem.replace(/([bdgmnprt])\1$/i, "$1");
  const hasE = single === stem && [DROPS_E, SHORT_E, LONG_E].some((ending) => ending.test(stem));
  return hasE ? `${stem}e` : single;
}

const formsOf = (words: string) => new Set(words.split(" ").map(formOf));

/** Words that a sentence means the same without, though not whose it is where "my" and "your" say so; what remains of "it's" and "we're" among them. */
const EMPTY = formsOf("a an the that s is are re our their its");
/** Words that add weight, but for a denial: "not always" is another thing than "not". */
const EMPHASIS = formsOf(
  "always really very strongly definitely certainly absolutely clearly simply actually basically currently now still also " +
    "please",
);
const DENIALS = formsOf("not never no hardly");
/** A phrase that begins so may stand before or behind what it belongs to. */
const PREPOSITIONS = formsOf(
  "after at before by during every for from if in on since to unless until when while with within without",
);
/** How people begin what they want kept. */
const FRAME = /^\s*(?:please\s+)?(?:remember|note|reminder|fyi)\b[\s:,]*(?:that\b)?/i;
/** Several sentences: where a phrase belongs depends on its place. */
const SENTENCES = /[.!?;:。！？]\s+\S|\n\s*\S/u;
/** Several phrases, each of its own part: which belongs to whom depends on the order. */
const PARTS = /[,，、/–—-]\s/u;
const ASKS = /[?？]\s*$/u;
/** Where a character is more than it seems: signs of numbers and between values, seams of identifiers, pictures, plan A. */
const SIGNS = [
  // `/etc` is not `etc`, nor `--force` a word, `.env` an environment, `.5` a five.
  /(?<![^\s"'`([{=./\\-])[-−./\\](?=[./\\-]{0,3}[\p{L}\p{N}_])|\*(?=\.)/gu,
  /(?!`)[\p{S}%&@]/gu,
  /(?<![\p{L}\p{N}])[-−#](?=\p{N})|(?<=\p{L})#|(?<![\p{L}\p{N}])!(?=\p{L})/gu,
  /(?<=[\p{L}\p{N}])[_./:\\,](?=[\p{L}\p{N}])|(?<=\p{N})-(?=[\p{L}\p{N}])|(?<=\p{L})-(?=\p{N})/gu,
  /\p{Extended_Pictographic}/gu,
  /(?<=\S\s*)(?<![\p{L}\p{N}'’])A(?![\p{L}\p{N}'’])/gu,
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
  const ordered = isLabelled || SENTENCES.test(said.trim()) ? terms : inOneOrder(terms, PARTS.test(said));
  return digestOf(terms.length > 0 ? `${ordered.join(" ")}${ASKS.test(said) ? " ?" : ""}` : content);
}

function isTelling(term: string, at: number, terms: readonly string[]): boolean {
  return EMPHASIS.has(term) ? DENIALS.has(terms[at - 1] ?? "") : !EMPTY.has(term);
}

/** Words, and what stands between them that means something. */
function termsOf(text: string): string[] {
  const spelled = text
    .replaceAll(/\bcan(?:not|['’]t)\b/gi, "can not")
    .replaceAll(/\bwon['’]t\b/gi, "will not")
    .replaceAll(/n['’]t\b/gi, " not")
    .replaceAll(DOING, verbOf);
  const signed = SIGNS.reduce((rest, signs) => rest.replaceAll(signs, nameOf), spelled);
  return wordsOf(signed).map((word) => COUNTS.get(word) ?? formOf(word));
}

/** A sign as a word that no text holds. */
const nameOf = (sign: string) => ` sign0${sign.codePointAt(0)!.toString(16)} `;

/** Who says more phrases than these in one sentence means them where they stand. */
const MOST_PHRASES = 4;

/** Of the ways to begin with one of its phrases, the first by the alphabet; a text without any as it is. */
function inOneOrder(terms: readonly string[], hasParts: boolean): readonly string[] {
  const starts = [...terms.keys()].filter((at) => PREPOSITIONS.has(terms[at]!));
  if (starts.length === 0 || starts.length > (hasParts ? 1 : MOST_PHRASES)) return terms;
  const ways = starts.map((at) => [...terms.slice(at), ...terms.slice(0, at)].join(" "));
  return [ways.sort()[0]!];
}

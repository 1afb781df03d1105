/** Why a hit matched, in a few words for the reader of an answer. */
import type { IndexLines } from "./indexText.ts";
import type { Question } from "./question.ts";

const WORDS = 6;

export function whyOf(question: Question, { own, by, date, near, far }: IndexLines): string {
  const asked = [...question.words];
  const matched = (stems: readonly string[]) => asked.filter(([stem]) => stems.includes(stem)).map(([, word]) => word);
  const says = matched(own);
  const around = matched([...near, ...far].flat()).filter((word) => !says.includes(word));
  const speaker = question.speakers.some((mark) => by.includes(mark)) ? matched(by.map((mark) => mark.slice(2))) : [];
  const day = asked.filter(([stem]) => question.dates.has(stem) && date.includes(stem)).map(([, word]) => word);
  return [
    ["says", says],
    ["by", speaker],
    ["of", day],
    ["nearby", around],
  ]
    .filter(([, words]) => words!.length > 0)
    .map(([relation, words]) => `${relation} ${(words as string[]).slice(0, WORDS).join(", ")}`)
    .join("; ");
}

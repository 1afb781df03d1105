/** Why a hit matched, in a few words for the reader of an answer. */
import { byMark } from "./entry.ts";
import { holds, holdsBeginning, type IndexLines } from "./indexText.ts";
import type { Question } from "./question.ts";

const WORDS = 6;

export function whyOf(question: Question, { own, by, date, near, far }: IndexLines, isClose = false): string {
  const asked = [...question.words];
  const matched = (line: string, mark = (stem: string) => stem) =>
    asked.filter(([stem]) => holds(line, mark(stem))).map(([, word]) => word);
  const begun = (stem: string) => stem === question.beginning && holdsBeginning(own, stem);
  const says = asked.filter(([stem]) => holds(own, stem) || begun(stem)).map(([, word]) => word);
  const around = matched([...near, ...far].join(" ")).filter((word) => !says.includes(word));
  const speaker = matched(by, byMark);
  const day = [...question.dates].filter(([mark]) => holds(date, mark)).map(([, stem]) => question.words.get(stem)!);
  const reasons = [
    ["says", says],
    ["by", speaker],
    ["of", day],
    ["nearby", around],
  ]
    .filter(([, words]) => words!.length > 0)
    .map(([relation, words]) => `${relation} ${(words as string[]).slice(0, WORDS).join(", ")}`);
  return [...reasons, ...(isClose ? ["close in meaning"] : [])].join("; ");
}

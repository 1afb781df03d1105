/** How well questions were answered, as means over questions. */
import type { Question } from "./conversations.ts";

export interface Answer {
  question: Question;
  found: readonly number[];
  ms: number;
}

export interface Scores {
  questions: number;
  recall5: number;
  recall10: number;
  recall20: number;
  /** How often one of the first ten is evidence. */
  hit10: number;
  /** One over the place of the first evidence. */
  mrr: number;
  p50: number;
  p95: number;
}

export function scoresOf(answers: readonly Answer[]): Scores {
  const mean = (of: (answer: Answer) => number) =>
    answers.reduce((sum, answer) => sum + of(answer), 0) / Math.max(1, answers.length);
  const recall = (depth: number) =>
    mean(({ question, found }) => evidenceAmong(question, found.slice(0, depth)) / question.evidence.size);
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const percentile = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
  return {
    questions: answers.length,
    recall5: recall(5),
    recall10: recall(10),
    recall20: recall(20),
    hit10: mean(({ question, found }) => Math.min(1, evidenceAmong(question, found.slice(0, 10)))),
    mrr: mean(({ question, found }) => {
      const first = found.findIndex((place) => question.evidence.has(place));
      return first === -1 ? 0 : 1 / (first + 1);
    }),
    p50: percentile(0.5),
    p95: percentile(0.95),
  };
}

const evidenceAmong = ({ evidence }: Question, found: readonly number[]) =>
  found.filter((place) => evidence.has(place)).length;

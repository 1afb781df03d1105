/** Entries of one agent that follow each other closely are a session: each lends its words to its neighbours. */
import { composeText, type IndexLines } from "./indexText.ts";

/** A gap of half an hour ends a session. */
export const SESSION_GAP_MS = 30 * 60 * 1000;
/** How many entries before and after one lend it their words. */
export const REACH = 2;

/** An entry in the order of its agent's time. */
export interface Placed {
  lines: Pick<IndexLines, "own" | "by" | "date" | "tags">;
  occurredAt: number;
  asks: boolean;
}

export interface InContext {
  text: string;
  /** The entry before it in its session asks something. */
  answers: boolean;
}

/** What each entry's index row says, given the entries before and after it. */
export function inContext(entries: readonly Placed[]): InContext[] {
  return entries.map(({ lines }, i) => {
    const before = neighbours(entries, i, -1);
    const after = neighbours(entries, i, 1);
    const own = (entry: Placed | undefined) => entry?.lines.own ?? "";
    return {
      text: composeText({
        ...lines,
        near: [own(before[0]), own(after[0])],
        far: [own(before[1]), own(after[1])],
      }),
      answers: before[0]?.asks ?? false,
    };
  });
}

/** The next entries of the same session in one direction, nearest first. */
function neighbours(entries: readonly Placed[], from: number, step: 1 | -1): Placed[] {
  const found: Placed[] = [];
  for (let i = from; found.length < REACH; i += step) {
    const [here, next] = [entries[i], entries[i + step]];
    if (here === undefined || next === undefined) break;
    if (Math.abs(next.occurredAt - here.occurredAt) >= SESSION_GAP_MS) break;
    found.push(next);
  }
  return found;
}

/** How a command's usage is printed: prose runs on, and what is said of an option stays beside it. */
import { folded } from "./print.ts";

/** Wider lines are hard to read, however wide the terminal. */
const MOST_COLUMNS = 120;
/** Of standard output that is no terminal, or one that nobody has told its size. */
const USUAL_COLUMNS = 80;

export function usageLines(usage: string, columns: number | undefined): string[] {
  const width = Math.min(columns || USUAL_COLUMNS, MOST_COLUMNS);
  return runsOf(usage.split("\n")).flatMap((text) => folded(text, width, indentOf(text)));
}

/** Lines of prose that follow each other are one; commands, options and empty lines stand for themselves. */
function runsOf(lines: readonly string[]): string[] {
  const runs: string[] = [];
  for (const [at, line] of lines.entries()) {
    if (isProse(line) && isProse(lines[at - 1] ?? "")) runs[runs.length - 1] += ` ${line}`;
    else runs.push(line);
  }
  return runs;
}

const isProse = (line: string) => /^(?!moorage )\S/.test(line);

/** As far as the words on an option stand from the left, which two spaces or more part from it. */
const indentOf = (text: string) => " ".repeat(/^ +(?:\S+(?: \S+)* {2,})?/.exec(text)?.[0].length ?? 0);

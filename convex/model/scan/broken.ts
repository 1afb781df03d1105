/** A token that a terminal or a mail broke: the lines' ends and beginnings, put together as they were. */

const MOST_LINES = 4;
/** Shorter ends of a line are no part of a token. */
const PART_CHARS = 6;

/** What may have stood in one line, of two lines and more; whatever follows it on its last line is not part of it. */
export function* joinedLines(text: string): Generator<string> {
  if (!text.includes("\n")) return;
  const lines = text.split("\n").map((line) => line.trim());
  for (const [first, line] of lines.entries()) {
    let joined = /\S+$/.exec(line)?.[0] ?? "";
    if (joined.length < PART_CHARS) continue;
    for (const next of lines.slice(first + 1, first + MOST_LINES)) {
      const part = /^\S+/.exec(next)?.[0] ?? "";
      if (part.length < PART_CHARS) break;
      joined += part;
      yield joined;
      if (part !== next) break;
    }
  }
}

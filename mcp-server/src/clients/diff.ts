/** The lines in which two texts differ, with two lines around them: what a person is shown before a file is changed. */
const AROUND = 2;

export function diffLines(before: string, after: string): string {
  const [old, now] = [linesOf(before), linesOf(after)];
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start++;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  const marked = (mark: string, lines: readonly string[]) => lines.map((line) => `${mark} ${line}`.trimEnd());
  return [
    ...marked(" ", old.slice(Math.max(0, start - AROUND), start)),
    ...marked("-", old.slice(start, old.length - end)),
    ...marked("+", now.slice(start, now.length - end)),
    ...marked(" ", old.slice(old.length - end, old.length - end + AROUND)),
  ].join("\n");
}

const linesOf = (text: string) => (text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/));

/**
 * Our own Markdown: an entry is a line of its fields in a comment, and its content as a quotation. Nothing that a
 * content holds can end its quotation or begin an entry: each of its lines stands behind a mark.
 */
export const MARK = "<!-- moorage:export -->";

const ENTRY = /^<!-- moorage:entry (\{.*\}) -->$/;

export interface Marked {
  line: number;
  json: string;
  content: string;
}

/** `heading` is for people, and not read again. */
export function writeEntry(heading: string, fields: object, content: string): string {
  // A comment ends at its first `-->`, wherever that stands.
  const json = JSON.stringify(fields).replaceAll(">", "\\u003e").replaceAll("<", "\\u003c");
  const quoted = content.split("\n").map((line) => `> ${line}`);
  return `### ${heading}\n<!-- moorage:entry ${json} -->\n${quoted.join("\n")}\n`;
}

export function marksOf(text: string): Marked[] {
  const marked: Marked[] = [];
  // Git and editors on Windows give every line another end.
  const isWindows = text.startsWith(`${MARK}\r\n`);
  const lines = text.split("\n").map((line) => (isWindows ? line.replace(/\r$/, "") : line));
  for (let at = 0; at < lines.length; at++) {
    const json = ENTRY.exec(lines[at]!)?.[1];
    if (json === undefined) continue;
    const line = at + 1;
    const content: string[] = [];
    // An editor may have cut the space behind a mark that stood alone.
    for (let quoted = lines[at + 1]; quoted === ">" || quoted?.startsWith("> ") === true; quoted = lines[++at + 1])
      content.push(quoted.slice(2));
    marked.push({ line, json, content: content.join("\n") });
  }
  return marked;
}

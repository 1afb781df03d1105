/** What a verb says: a table or a sentence for a person, JSON for a program. */
import type { Output, VerbContext } from "../verb.ts";

/** A person reads standard output, and did not ask for JSON. */
export const isForPeople = ({ stdout }: Pick<VerbContext, "stdout">, asksJson: boolean): boolean =>
  stdout.isTTY === true && !asksJson;

export const printJson = (stdout: Output, value: unknown): void =>
  void stdout.write(`${JSON.stringify(value, null, 2)}\n`);

export const printLines = (output: Output, lines: readonly string[]): void => void output.write(textOf(lines));

export const textOf = (lines: readonly string[]): string => lines.map((line) => `${visible(line)}\n`).join("");

/** Columns as wide as their widest cell; the last one may be as long as it is. */
export function tableLines(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [heads, ...rows];
  const widths = heads.map((_, at) => Math.max(...all.map((row) => row[at]!.length)));
  return all.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join("  ")
      .trimEnd(),
  );
}

/** A sentence in lines of at most so many columns, where a word is not longer by itself. */
export function folded(text: string, columns: number, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(line === undefined ? word : indent + word);
  }
  return lines;
}

/** A moment as people write it, to the minute and in UTC. */
export const moment = (iso: string | undefined): string =>
  iso === undefined ? "-" : `${iso.slice(0, 16).replace("T", " ")}Z`;

const UNSEEN = /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu;

/** Text of others on a terminal: what would move its cursor, colour it or hide in it is shown as an escape. */
export const visible = (text: string): string =>
  text.replaceAll(UNSEEN, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);

/** The same of JSON, which has escapes of its own, and line breaks between its values alone. */
export const visibleJson = (json: string): string =>
  json.replaceAll(UNSEEN, (char) => (char === "\n" ? char : unitsOf(char)));

const unitsOf = (char: string): string =>
  char
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");

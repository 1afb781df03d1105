/** A TOML text that its client can read, as what stands in its lines: headers and pairs, each with its whole path. */
import { parse, TomlError } from "smol-toml";
import { Unreadable } from "./unreadable.ts";

export type Table = Record<string, unknown>;
export type Path = readonly string[];

export interface Item {
  kind: "header" | "pair";
  path: Path;
  /** The key as it is written, in its parts. */
  written: readonly string[];
  /** Where the value of a pair begins on its first line. */
  valueAt: number;
  /** Its lines, of which `end` is the first that is not its own. */
  start: number;
  end: number;
}

export function readToml(text: string): Table {
  try {
    // Whole numbers beyond what JavaScript counts are good TOML, and not ours.
    return parse(text, { integersAsBigInt: "asNeeded" });
  } catch (error) {
    throw new Unreadable(error instanceof TomlError ? `line ${error.line} is not valid TOML` : "it is not valid TOML");
  }
}

export function scan(lines: readonly string[]): Item[] {
  const items: Item[] = [];
  let header: Path = [];
  for (let at = 0; at < lines.length; at = items.at(-1)?.start === at ? items.at(-1)!.end : at + 1) {
    const line = lines[at]!;
    if (/^\s*(#|$)/.test(line)) continue;
    const [mark] = /^\s*\[{0,2}/.exec(line)!;
    const isHeader = mark.includes("[");
    const { written, end } = keyAt(line, mark.length);
    const path = [...(isHeader ? [] : header), ...written.map(nameOf)];
    if (isHeader) header = path;
    const valueAt = end + /^=?[ \t]*/.exec(line.slice(end))![0].length;
    const kind = isHeader ? "header" : "pair";
    items.push({ kind, path, written, valueAt, start: at, end: isHeader ? at + 1 : endOf(lines, at) });
  }
  return items;
}

export const isBelow = (path: Path, root: Path): boolean => root.every((name, at) => path[at] === name);

export const isAt = (path: Path, place: Path): boolean => path.length === place.length && isBelow(path, place);

/** Where a pair ends: a text or a list of several lines makes sense when it is whole. */
function endOf(lines: readonly string[], start: number): number {
  let end = start + 1;
  while (end < lines.length && !isWhole(lines.slice(start, end).join("\n"))) end++;
  return end;
}

export function isWhole(text: string): boolean {
  try {
    readToml(`${text}\n`);
    return true;
  } catch {
    return false;
  }
}

const PART = /\s*("(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)\s*(\.?)/y;

/** The parts of the key at a place of a line, and where it ends. */
function keyAt(line: string, start: number): { written: string[]; end: number } {
  const written: string[] = [];
  let end = start;
  for (let isMore = true; isMore; ) {
    PART.lastIndex = end;
    const [whole, part, dot] = PART.exec(line) ?? [];
    if (part !== undefined) written.push(part);
    end += whole?.length ?? 0;
    isMore = dot === ".";
  }
  return { written, end };
}

const nameOf = (part: string): string => (/^["']/.test(part) ? Object.keys(readToml(`${part} = 1`))[0]! : part);

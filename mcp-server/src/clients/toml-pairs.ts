/** Changes the members of a TOML table where they stand; the comments beside and between them, and their order, stay. */
import { stringify } from "smol-toml";
import { isObject } from "../is-object.ts";
import { type Item, isAt, isBelow, isWhole, type Path, scan, type Table } from "./toml-scan.ts";
import { isSame } from "./values.ts";

/** The text with `wanted` as the table at `path`, as far as its form allows: whoever asks looks whether it says so. */
export function withMembers(text: string, path: Path, present: Table, wanted: Table): string {
  const names = [...new Set([...Object.keys(present), ...Object.keys(wanted)])];
  const lines = text.split("\n");
  const inline = scan(lines).find((item) => item.kind === "pair" && isAt(item.path, path));
  if (inline !== undefined) {
    const members = names.filter((name) => wanted[name] !== undefined).map((name) => [name, wanted[name]]);
    return withLines(lines, inline, replaced(lines, inline, Object.fromEntries(members)));
  }
  return names
    .filter((name) => !isSame(present[name], wanted[name]))
    .reduce((changed, name) => withMember(changed, [...path, name], present[name], wanted[name]), text);
}

function withMember(text: string, path: Path, old: unknown, now: unknown): string {
  if (isObject(old) && isObject(now)) return withMembers(text, path, old, now);
  const lines = text.split("\n");
  const items = scan(lines);
  const pair = items.find((item) => item.kind === "pair" && isAt(item.path, path));
  if (pair === undefined) return now === undefined ? text : inserted(lines, items, path, now);
  return withLines(lines, pair, now === undefined ? [] : replaced(lines, pair, now));
}

const withLines = (lines: readonly string[], { start, end }: Item, now: readonly string[]) =>
  [...lines.slice(0, start), ...now, ...lines.slice(end)].join("\n");

/** Another value behind the same key, before the same comment. */
function replaced(lines: readonly string[], { start, end, valueAt }: Item, now: unknown): string[] {
  const whole = lines.slice(start, end).join("\n");
  return [whole.slice(0, valueAt) + inlineOf(now) + whole.slice(endOfValue(whole))];
}

/** Where on the last line the value ends: before the comment, and the space before that. */
function endOfValue(whole: string): number {
  for (let at = whole.indexOf("#", whole.lastIndexOf("\n") + 1); at !== -1; at = whole.indexOf("#", at + 1)) {
    if (isWhole(whole.slice(0, at))) return whole.slice(0, at).trimEnd().length;
  }
  return whole.trimEnd().length;
}

/** Behind the last pair of the same table, in its form; behind the header of one that has none. */
function inserted(lines: readonly string[], items: readonly Item[], path: Path, value: unknown): string {
  const table = path.slice(0, -1);
  const isPair = ({ kind, path: one }: Item) => kind === "pair" && one.length === path.length && isBelow(one, table);
  const isHeader = ({ kind, path: one }: Item) => kind === "header" && isAt(one, table);
  const beside = items.findLast(isPair) ?? items.find(isHeader);
  if (beside === undefined) return lines.join("\n");
  const line = lines[beside.start]!;
  const [indent = ""] = /^[ \t]*/.exec(line)!;
  const above = beside.kind === "pair" ? beside.written.slice(0, -1) : [];
  const pair = `${indent}${[...above, keyOf(path.at(-1)!)].join(".")} = ${inlineOf(value)}${line.endsWith("\r") ? "\r" : ""}`;
  return [...lines.slice(0, beside.end), pair, ...lines.slice(beside.end)].join("\n");
}

const keyOf = (name: string) => (/^[\w-]+$/.test(name) ? name : JSON.stringify(name));

/** On one line, in the form that whole tables are written in. */
function inlineOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `[ ${value.map(inlineOf).join(", ")} ]`;
  if (!isPlainTable(value)) return stringify({ value }).trim().slice("value = ".length);
  const members = Object.entries(value).map(([name, one]) => `${keyOf(name)} = ${inlineOf(one)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

const isPlainTable = (value: unknown): value is Table => isObject(value) && !(value instanceof Date);

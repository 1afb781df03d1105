/** A client's settings as text, of which one member is changed and every other byte kept. */
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { isObject } from "../is-object.ts";
import type { Client } from "./clients.ts";
import { insertMember, removeMember, replaceValue } from "./json-edit.ts";
import { withTomlTable } from "./toml-edit.ts";
import { readToml } from "./toml-scan.ts";
import { Unreadable } from "./unreadable.ts";
import { isSame } from "./values.ts";

type Format = Client["format"];
type Path = readonly [section: string, name: string];
type Table = Readonly<Record<string, unknown>>;

/** What stands at `path`, or undefined. A text that its client could not read either is refused, with the line. */
export function readMember(text: string, format: Format, path: Path): unknown {
  const section = readAll(text, format)?.[path[0]];
  if (section === undefined) return undefined;
  if (!isObject(section)) throw new Unreadable(`"${path[0]}" is not a table of servers`);
  return section[path[1]];
}

/** The text with `value` at `path`; undefined takes the member out. Of a table that is there, only what differs is touched. */
export function withMember(text: string, format: Format, path: Path, value: Table | undefined): string {
  const present = readMember(text, format, path);
  if (isSame(present, value)) return text;
  if (format === "toml") return withTomlTable(text, path, value);
  if (isObject(present) && value !== undefined) return withTable(text, path, present, value);
  const bare = present === undefined ? text : withoutJson(text, path);
  return value === undefined ? bare : withJson(bare.trim() === "" ? `${bare.trimEnd()}{}\n` : bare, path, value);
}

export const hasMember = (text: string, format: Format, name: string): boolean =>
  Object.hasOwn(readAll(text, format) ?? {}, name);

/** Whether a section, or the whole text, has no member. */
export function isEmpty(text: string, format: Format, section?: string): boolean {
  const root = readAll(text, format) ?? {};
  const value = section === undefined ? root : root[section];
  return isObject(value) && Object.keys(value).length === 0;
}

const readAll = (text: string, format: Format) => (format === "toml" ? readToml(text) : readJson(text, format));

/** The text without a section that is empty; in TOML an empty one is not written at all. */
export function withoutSection(text: string, format: Format, section: string): string {
  return format === "toml" ? text : withoutJson(text, [section]);
}

function withJson(text: string, [section, name]: Path, value: unknown): string {
  const root = treeOf(text);
  const servers = findNodeAtLocation(root, [section]);
  return servers === undefined
    ? insertMember(text, root, section, { [name]: value })
    : insertMember(text, servers, name, value);
}

function withTable(text: string, path: Path, present: Table, wanted: Table): string {
  let changed = text;
  for (const key of new Set([...Object.keys(present), ...Object.keys(wanted)])) {
    const value = wanted[key];
    if (isSame(present[key], value)) continue;
    const table = findNodeAtLocation(treeOf(changed), [...path])!;
    const node = findNodeAtLocation(table, [key]);
    if (value === undefined) changed = withoutJson(changed, [...path, key]);
    else if (node === undefined) changed = insertMember(changed, table, key, value);
    else changed = replaceValue(changed, node, value);
  }
  return changed;
}

function withoutJson(text: string, path: readonly string[]): string {
  const property = findNodeAtLocation(treeOf(text), [...path])?.parent;
  return property === undefined ? text : removeMember(text, property);
}

/** Of a text that has been read before. */
const treeOf = (text: string): Node => parseTree(text, [], { allowTrailingComma: true })!;

/** Undefined for an empty file, which its client reads as no settings at all. */
function readJson(text: string, format: Format): Record<string, unknown> | undefined {
  if (text.trim() === "") return undefined;
  const errors: ParseError[] = [];
  const lenient = format === "jsonc";
  const tree = parseTree(text, errors, { disallowComments: !lenient, allowTrailingComma: lenient });
  const [error] = errors;
  if (error !== undefined) {
    const problem = printParseErrorCode(error.error)
      .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
      .toLowerCase();
    throw new Unreadable(`line ${lineOf(text, error.offset)} is not valid JSON (${problem})`);
  }
  if (tree?.type !== "object") throw new Unreadable("it holds something else than one JSON object");
  const twice = duplicateIn(tree);
  if (twice !== undefined) {
    throw new Unreadable(`line ${lineOf(text, twice.offset)} has "${String(twice.value)}" a second time`);
  }
  return plainOf(tree) as Record<string, unknown>;
}

/** The key of a member that an object has twice: programs differ in which of the two they believe. */
function duplicateIn(node: Node): Node | undefined {
  const seen = new Set<unknown>();
  for (const child of node.children ?? []) {
    const key = child.type === "property" ? child.children?.[0] : undefined;
    if (key !== undefined && seen.has(key.value)) return key;
    if (key !== undefined) seen.add(key.value);
    const below = duplicateIn(child);
    if (below !== undefined) return below;
  }
  return undefined;
}

function plainOf(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(plainOf);
  if (node.type !== "object") return node.value;
  const members = (node.children ?? []).map(({ children: [key, value] = [] }) => [key?.value, value && plainOf(value)]);
  return Object.fromEntries(members);
}

const lineOf = (text: string, offset: number) => text.slice(0, offset).split("\n").length;

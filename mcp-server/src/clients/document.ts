/** A client's settings as text, of which one member is changed and every other byte kept. */
import { isDeepStrictEqual } from "node:util";
import { parse as parseToml, patch as patchToml, stringify as stringifyToml } from "@decimalturn/toml-patch";
import { AppError } from "@moorage/shared/errors";
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { Client } from "./clients.ts";
import { insertMember, removeMember } from "./json-edit.ts";

type Format = Client["format"];
type Path = readonly [section: string, name: string];

/** What stands at `path`, or undefined. A text that its client could not read either is refused, with the line. */
export function readMember(text: string, format: Format, path: Path): unknown {
  const section = readAll(text, format)?.[path[0]];
  if (section === undefined) return undefined;
  if (!isObject(section)) throw unreadable(`"${path[0]}" is not a table of servers`);
  return section[path[1]];
}

/** The text with `value` at `path`; undefined takes the member out. */
export function withMember(text: string, format: Format, path: Path, value: unknown): string {
  const present = readMember(text, format, path);
  if (format === "toml") return withTomlMember(text, path, value);
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

/** The text without a section that is empty. */
export function withoutSection(text: string, format: Format, section: string): string {
  if (format !== "toml") return withoutJson(text, [section]);
  const { [section]: _, ...rest } = readToml(text);
  return patchToml(text, rest);
}

function withJson(text: string, [section, name]: Path, value: unknown): string {
  const root = treeOf(text);
  const servers = findNodeAtLocation(root, [section]);
  return servers === undefined
    ? insertMember(text, root, section, { [name]: value })
    : insertMember(text, servers, name, value);
}

function withoutJson(text: string, path: readonly string[]): string {
  const property = findNodeAtLocation(treeOf(text), [...path])?.parent;
  return property === undefined ? text : removeMember(text, property);
}

/** Of a text that has been read before. */
const treeOf = (text: string): Node => parseTree(text, [], { allowTrailingComma: true })!;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const unreadable = (why: string) =>
  new AppError("invalid_input", `It cannot be changed safely: ${why}.`, {
    hint: "Mend the file by hand, then run the command again; nothing in it was changed.",
  });

function readToml(text: string): Record<string, unknown> {
  try {
    return parseToml(text) as Record<string, unknown>;
  } catch (cause) {
    const line = isObject(cause) && typeof cause["line"] === "number" ? cause["line"] : undefined;
    throw unreadable(line === undefined ? "it is not valid TOML" : `line ${line} is not valid TOML`);
  }
}

function withTomlMember(text: string, [section, name]: Path, value: unknown): string {
  const root = readToml(text);
  const servers = isObject(root[section]) ? root[section] : {};
  const { [name]: present, ...others } = servers;
  const bare = present === undefined ? text : patchToml(text, { ...root, [section]: others });
  if (value === undefined) return bare;
  const wanted = { ...root, [section]: { ...others, [name]: value } };
  const appended = withTomlTable(bare, [section, name], value);
  // Below an inline table, or one of another kind, a table of its own cannot be added.
  return isToml(appended, wanted) ? appended : patchToml(bare, wanted);
}

/** A table of its own at the end, as people write it. */
function withTomlTable(text: string, [section, name]: Path, value: unknown): string {
  const table = stringifyToml({ [section]: { [name]: value } }, { inlineTableStart: 2 });
  const own = table.slice(table.indexOf(`[${section}.${name}]`));
  const joined = text.trim() === "" ? own : `${text.trimEnd()}\n\n${own}`;
  return text.includes("\r\n") ? joined.replaceAll(/\r?\n/g, "\r\n") : joined;
}

function isToml(text: string, wanted: Record<string, unknown>): boolean {
  try {
    return isDeepStrictEqual(plain(readToml(text)), plain(wanted));
  } catch {
    return false;
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

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
    throw unreadable(`line ${lineOf(text, error.offset)} is not valid JSON (${problem})`);
  }
  if (tree?.type !== "object") throw unreadable("it holds something else than one JSON object");
  const twice = duplicateIn(tree);
  if (twice !== undefined) {
    throw unreadable(`line ${lineOf(text, twice.offset)} has "${String(twice.value)}" a second time`);
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

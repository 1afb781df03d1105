/**
 * Puts a table of our own at the end of a TOML text, or takes it out by its lines. Every other line stays; that nothing
 * else has changed is made sure by reading both texts.
 */
import { parse, stringify, TomlError } from "smol-toml";
import { isObject } from "../is-object.ts";
import { Unreadable } from "./unreadable.ts";
import { isSame } from "./values.ts";

type Path = readonly [section: string, name: string];
type Table = Record<string, unknown>;

export function readToml(text: string): Table {
  try {
    // Whole numbers beyond what JavaScript counts are good TOML, and not ours.
    return parse(text, { integersAsBigInt: "asNeeded" });
  } catch (error) {
    throw new Unreadable(error instanceof TomlError ? `line ${error.line} is not valid TOML` : "it is not valid TOML");
  }
}

/** The text with `value` as the table at `path`; undefined takes it out. */
export function withTomlTable(text: string, path: Path, value: unknown): string {
  const before = readToml(text);
  const without = withoutTable(text, path);
  const changed = value === undefined ? without : withTable(without, path, value);
  // A text that our table has broken is not the user's to mend.
  const after = tried(() => readToml(changed));
  const isWanted = (root: Table) => isSame(withValue(root, path, valueIn(root, path)), withValue(before, path, value));
  if (after !== undefined && isWanted(after)) return changed;
  throw new Unreadable(`"${path[0]}" is not written as tables of its own`);
}

function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function withTable(text: string, [section, name]: Path, value: unknown): string {
  const own = `${stringify({ [section]: { [name]: value } }).trim()}\n`;
  const joined = text.trim() === "" ? own : `${text.trimEnd()}\n\n${own}`;
  return text.includes("\r\n") ? joined.replaceAll(/\r?\n/g, "\r\n") : joined;
}

/** From our header, and those below it, to the next one; what stands right above that one is its own. */
function withoutTable(text: string, [section, name]: Path): string {
  const own = new RegExp(`^\\s*\\[\\s*"?${section}"?\\s*\\.\\s*"?${name}"?\\s*[.\\]]`);
  const kept: string[] = [];
  let ours: string[] | undefined;
  const lines = text.split("\n");
  for (const [at, line] of lines.entries()) {
    if (/^\s*\[/.test(line)) {
      const isOurs = own.test(line);
      if (isOurs && isHeader(lines, at)) {
        ours ??= [];
      } else if (!isOurs && ours !== undefined && isHeader(lines, at)) {
        kept.push(...aboveNext(ours));
        ours = undefined;
      }
    }
    (ours ?? kept).push(line);
  }
  const rest = kept.join("\n");
  return ours === undefined ? rest : `${rest.trimEnd()}${rest.trim() === "" ? "" : "\n"}`;
}

/** Not one that only looks so, in a text or a list of several lines: what stands above it is whole. */
const isHeader = (lines: readonly string[], at: number) =>
  tried(() =>
    readToml(
      lines
        .slice(0, at)
        .map((line) => `${line}\n`)
        .join(""),
    ),
  ) !== undefined;

/** The blank lines and comments at the end of what is taken out. */
function aboveNext(lines: readonly string[]): string[] {
  const last = lines.findLastIndex((line) => line.trim() !== "" && !line.trim().startsWith("#"));
  const above = lines.slice(last + 1);
  return above
    .slice(above.findIndex((line) => line.trim() !== "") === -1 ? above.length : 0)
    .filter((line, at) => at > 0 || line.trim() !== "");
}

function valueIn(root: Table, [section, name]: Path): unknown {
  const { [section]: servers } = root;
  return isObject(servers) ? servers[name] : undefined;
}

/** An empty section counts as none: in some forms it stays when its last table goes. */
function withValue(root: Table, [section, name]: Path, value: unknown): Table {
  const { [section]: servers, ...rest } = root;
  const { [name]: _, ...others } = isObject(servers) ? servers : {};
  const all = value === undefined ? others : { ...others, [name]: value };
  return Object.keys(all).length === 0 ? rest : { ...rest, [section]: all };
}

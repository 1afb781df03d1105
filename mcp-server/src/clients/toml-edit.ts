/**
 * A table of our own in a TOML text: put at its end, changed where it stands, or taken out by its lines. Every other line
 * stays; that nothing else has changed is made sure by reading both texts.
 */
import { stringify } from "smol-toml";
import { isObject } from "../is-object.ts";
import { withMembers } from "./toml-pairs.ts";
import { isBelow, type Path, readToml, scan, type Table } from "./toml-scan.ts";
import { Unreadable } from "./unreadable.ts";
import { isSame } from "./values.ts";

type Place = readonly [section: string, name: string];

/** The text with `value` as the table at `path`; undefined takes it out. */
export function withTomlTable(text: string, path: Place, value: Table | undefined): string {
  const before = readToml(text);
  const wanted = withValue(before, path, value);
  const isWanted = (changed: string) => {
    const after = tried(() => readToml(changed));
    return after !== undefined && isSame(withValue(after, path, valueIn(after, path)), wanted);
  };
  const present = valueIn(before, path);
  const inPlace = isObject(present) && value !== undefined ? withMembers(text, path, present, value) : undefined;
  if (inPlace !== undefined && isWanted(inPlace)) return inPlace;
  const without = withoutTable(text, path);
  const anew = value === undefined ? without : withTable(without, path, value);
  if (isWanted(anew)) return anew;
  throw new Unreadable(
    `"${path[0]}" is not written as tables of its own; write each server as one, such as [${path[0]}.NAME]`,
  );
}

function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function withTable(text: string, [section, name]: Place, value: unknown): string {
  const own = `${stringify({ [section]: { [name]: value } }).trim()}\n`;
  const joined = text.trim() === "" ? own : `${text.trimEnd()}\n\n${own}`;
  return text.includes("\r\n") ? joined.replaceAll(/\r?\n/g, "\r\n") : joined;
}

/** From our header, and those below it, to the next one; what stands right above that one is its own. */
function withoutTable(text: string, path: Path): string {
  const lines = text.split("\n");
  const items = new Map(scan(lines).map((item) => [item.start, item]));
  const kept: string[] = [];
  let ours: string[] | undefined;
  let skipTo = 0;
  for (const [at, line] of lines.entries()) {
    const item = items.get(at);
    const isOurs = item !== undefined && isBelow(item.path, path);
    if (item?.kind === "header" && !isOurs && ours !== undefined) {
      kept.push(...aboveNext(ours));
      ours = undefined;
    }
    if (item?.kind === "header" && isOurs) ours ??= [];
    // A pair of ours in a table that is not.
    if (item?.kind === "pair" && isOurs && ours === undefined) skipTo = item.end;
    if (at >= skipTo) (ours ?? kept).push(line);
  }
  const rest = kept.join("\n");
  return ours === undefined ? rest : `${rest.trimEnd()}${rest.trim() === "" ? "" : "\n"}`;
}

/** The blank lines and comments at the end of what is taken out. */
function aboveNext(lines: readonly string[]): string[] {
  const last = lines.findLastIndex((line) => line.trim() !== "" && !line.trim().startsWith("#"));
  const above = lines.slice(last + 1);
  return above
    .slice(above.findIndex((line) => line.trim() !== "") === -1 ? above.length : 0)
    .filter((line, at) => at > 0 || line.trim() !== "");
}

function valueIn(root: Table, [section, name]: Place): unknown {
  const { [section]: servers } = root;
  return isObject(servers) ? servers[name] : undefined;
}

/** An empty section counts as none: in some forms it stays when its last table goes. */
function withValue(root: Table, [section, name]: Place, value: unknown): Table {
  const { [section]: servers, ...rest } = root;
  const { [name]: _, ...others } = isObject(servers) ? servers : {};
  const all = value === undefined ? others : { ...others, [name]: value };
  return Object.keys(all).length === 0 ? rest : { ...rest, [section]: all };
}

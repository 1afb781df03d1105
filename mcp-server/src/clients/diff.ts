/** What would change in a client's settings, as lines. Only our own entry is shown: beside it may be secrets of others. */
import { stringify } from "smol-toml";
import { type Client, SERVER_NAME } from "./clients.ts";
import { type Entry, shownEntry } from "./entry.ts";

/** Lines of the entry that are shown around those that differ. */
const AROUND = 2;

export function diffEntry(client: Client, before: Entry | undefined, after: Entry | undefined): string[] {
  const [old, now] = [linesOf(client, before), linesOf(client, after)];
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
  ];
}

/** The section with our entry alone. */
function linesOf(client: Client, entry: Entry | undefined): string[] {
  const { section, format } = client;
  if (entry === undefined) return format === "toml" ? [] : [`"${section}": {`, "}"];
  const content = { [section]: { [SERVER_NAME]: shownEntry(client, entry) } };
  if (format === "toml") return stringify(content).trim().split("\n");
  const lines = JSON.stringify(content, null, 2).split("\n");
  return lines.slice(1, -1).map((line) => line.slice(2));
}

/**
 * The text of one index row: a line for each thing a question may match, so that the ranker can tell them apart. The
 * entry's own stems stand twice: the index's order prefers them to what its neighbours say.
 */
import type { Entry } from "./entry.ts";

/** Own stems of one row in bytes; a longer entry has several rows. */
export const OWN_BYTES = 600;
/** What a neighbour lends, so that a row stays below 2 kB. */
const NEAR_BYTES = 240;
const FAR_BYTES = 120;

/** Lines of stems with a space between them. */
export interface IndexLines {
  own: string;
  /** Marks of who says it and of when it happened: see entry.ts. */
  by: string;
  date: string;
  /** The entry before and the one after, then those beyond. */
  near: [string, string];
  far: [string, string];
  /** Marks of its tags, which are lent to nobody. */
  tags: string;
}

export function composeText({ own, by, date, near, far, tags }: IndexLines): string {
  const beside = [...near.map(asNeighbour), ...far.map((line) => beginning(line, FAR_BYTES))];
  return [own, own, by, by, date, ...beside, tags].join("\n");
}

/** What an entry's own line lends to the ones right beside it. */
export const asNeighbour = (own: string): string => beginning(own, NEAR_BYTES);

export function parseText(text: string): IndexLines {
  const [own = "", , by = "", , date = "", before = "", after = "", before2 = "", after2 = "", tags = ""] =
    text.split("\n");
  return { own, by, date, near: [before, after], far: [before2, after2], tags };
}

/** Whether a line has a stem; asked thousands of times in a search, so without taking the line apart. */
export function holds(line: string, stem: string): boolean {
  for (let at = line.indexOf(stem); at !== -1; at = line.indexOf(stem, at + 1)) {
    const end = at + stem.length;
    if ((at === 0 || line[at - 1] === " ") && (end === line.length || line[end] === " ")) return true;
  }
  return false;
}

/** Whether a line has a stem that begins so. */
export const holdsBeginning = (line: string, beginning: string | undefined): boolean =>
  beginning !== undefined && (line.startsWith(beginning) || line.includes(` ${beginning}`));

/** An entry's stems in lines that each fit one row with its tags; an entry without any has one empty line. */
export function piecesOf({ stems, tags = [] }: Pick<Entry, "stems"> & Partial<Pick<Entry, "tags">>): string[] {
  // A row holds its own stems twice.
  const bytes = OWN_BYTES - Math.ceil(tags.join(" ").length / 2);
  const pieces: string[] = [];
  for (let rest = stems.join(" "); rest !== ""; ) {
    const piece = beginning(rest, bytes);
    pieces.push(piece);
    rest = rest.slice(piece.length + 1);
  }
  return pieces.length > 0 ? pieces : [""];
}

const utf8 = new TextEncoder();

/** The first stems of a line that take at most so many bytes; no stem is longer than that. */
function beginning(line: string, bytes: number): string {
  if (line.length * 3 <= bytes) return line;
  const { read } = utf8.encodeInto(line, new Uint8Array(bytes));
  if (read === line.length) return line;
  return line.slice(0, line[read] === " " ? read : line.lastIndexOf(" ", read));
}

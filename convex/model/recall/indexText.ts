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

/** What stands before and after an entry in its session, nearest first. */
export interface Neighbours {
  before: readonly string[][];
  after: readonly string[][];
}

export interface IndexLines {
  own: string[];
  by: string[];
  date: string[];
  /** The entry before and the one after, then those beyond. */
  near: [string[], string[]];
  far: [string[], string[]];
}

export function composeText(lines: IndexLines): string {
  const own = lines.own.join(" ");
  const near = lines.near.map((stems) => fitting(stems, NEAR_BYTES).join(" "));
  const far = lines.far.map((stems) => fitting(stems, FAR_BYTES).join(" "));
  const by = lines.by.join(" ");
  return [own, own, by, by, lines.date.join(" "), ...near, ...far].join("\n");
}

export function parseText(text: string): IndexLines {
  const lines = text.split("\n").map((line) => (line === "" ? [] : line.split(" ")));
  const [own = [], , by = [], , date = [], before = [], after = [], before2 = [], after2 = []] = lines;
  return { own, by, date, near: [before, after], far: [before2, after2] };
}

/** An entry's stems in pieces that each fit one row; an entry without any has one empty piece. */
export function piecesOf({ stems }: Pick<Entry, "stems">): string[][] {
  const pieces: string[][] = [];
  for (let rest = stems; rest.length > 0; ) {
    const piece = fitting(rest, OWN_BYTES);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return pieces.length > 0 ? pieces : [[]];
}

const utf8 = new TextEncoder();

/** The first stems that take at most so many bytes with the spaces between them. */
function fitting(stems: readonly string[], bytes: number): string[] {
  let used = 0;
  const end = stems.findIndex((stem) => {
    used += utf8.encode(stem).length + 1;
    return used > bytes;
  });
  return end === -1 ? [...stems] : stems.slice(0, end);
}

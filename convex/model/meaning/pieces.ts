/** What each index row of a memory stands for, as text: a long one means many things, and a vector holds one of them well. */
import type { Doc } from "../../_generated/dataModel.ts";
import { readEntry } from "../recall/entry.ts";
import { piecesOf } from "../recall/indexText.ts";

/** More than most models read at once; only a text that has hardly any words has so long a piece. */
const PIECE_CHARS = 4_000;

/** As many pieces of about one length as the memory has index rows, cut between words where there are any. */
export function textsOf({ content, tags }: Pick<Doc<"memories">, "content" | "tags">): string[] {
  const count = piecesOf(readEntry(content, tags)).length;
  const ends = Array.from({ length: count }, (_, at) =>
    endNear(content, Math.round((content.length * (at + 1)) / count)),
  );
  return ends.map((end, at) =>
    content
      .slice(ends[at - 1] ?? 0, end)
      .slice(0, PIECE_CHARS)
      .toWellFormed(),
  );
}

/** How far a piece may go on to the end of its word. */
const WORD_CHARS = 64;

function endNear(content: string, at: number): number {
  const gap = content.slice(at, at + WORD_CHARS).search(/\s/);
  return gap === -1 ? at : at + gap;
}

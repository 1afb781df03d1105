/** Makes text from elsewhere fit for a memory: what cannot be kept is left out, what is too long is cut in pieces. */
import { byteLength } from "@moorage/shared/fields";
import { CONTENT_BYTES, TAG_CHARS, TAGS } from "@moorage/shared/limits";
import { CONTROL, isBlank, lineProblem } from "@moorage/shared/line";
import type { MemoryType } from "./found.ts";

const EVERY_CONTROL = new RegExp(CONTROL.source, "g");

/** Well-formed, without control characters or blank ends. Characters that nobody sees stay: they are for readers to judge. */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll(/\r\n?/g, "\n").replaceAll(EVERY_CONTROL, "").trim();
}

/** A text with its headings, on a line of their own: `Name: text` is how a speaker begins. */
export const below = (headings: readonly string[], text: string): string =>
  headings.length === 0 ? text : `${headings.join(" / ")}\n${text}`;

/** What is longer is no name that a person gave. */
const NAME_CHARS = 200;

/** The name of what many texts are about, which stands before each of them. */
export const nameOf = (text: string): string => text.slice(0, NAME_CHARS);

/** The text in pieces that each fit into one memory, cut between paragraphs, lines or words. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let rest = cleanText(text);
  while (byteLength(rest) > CONTENT_BYTES) {
    const end = endOfPiece(rest);
    pieces.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  return [...pieces, rest].filter((piece) => !isBlank(piece));
}

/** A character is at most three bytes of UTF-8 for each of its units. */
const SAFE_CHARS = Math.floor(CONTENT_BYTES / 3);

function endOfPiece(text: string): number {
  const head = text.slice(0, SAFE_CHARS);
  for (const gap of ["\n\n", "\n", " "]) {
    const at = head.lastIndexOf(gap);
    if (at > SAFE_CHARS / 2) return at;
  }
  // Not through a pair of surrogates.
  return /[\ud800-\udbff]$/.test(head) ? SAFE_CHARS - 1 : SAFE_CHARS;
}

/** Tags that can be tags, each once. */
export function cleanTags(tags: readonly unknown[]): string[] {
  const usable = tags
    .slice(0, 10 * TAGS)
    .filter((tag) => typeof tag === "string")
    .map((tag) => tag.trim().replace(/^#/, ""))
    .filter((tag) => lineProblem(tag, TAG_CHARS) === undefined);
  return [...new Set(usable)].slice(0, TAGS);
}

/** The kind a heading or a category names. */
export function typeNamed(name: string, otherwise: MemoryType): MemoryType {
  if (/\bdecisions?\b|\bdecided\b/i.test(name)) return "decision";
  if (/\bpreferences?\b|\bprefers?\b|\blikes?\b/i.test(name)) return "preference";
  return otherwise;
}

/** A moment as ISO 8601, or undefined for what is none. */
export function momentOf(value: unknown): string | undefined {
  const time =
    typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value)
      ? Date.parse(value)
      : value instanceof Date
        ? value.getTime()
        : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** JSON, a value a line. */
import type { SourceFile } from "./found.ts";

export interface JsonLine {
  line: number;
  value?: unknown;
  /** Why there is no value. */
  why?: string;
}

/** After so many lines that are none, a file is not what it was taken for. */
const MOST_BROKEN = 100;

export function* linesOf({ text, firstLine }: Pick<SourceFile, "text" | "firstLine">): Generator<JsonLine> {
  let broken = 0;
  for (const [index, content] of text.split("\n").entries()) {
    if (content.trim() === "") continue;
    const read = readJson(content);
    if ("why" in read && ++broken > MOST_BROKEN)
      return yield { line: firstLine + index, why: "not JSON; nor was the rest read" };
    yield { line: firstLine + index, ...read };
  }
}

export function readJson(text: string): { value: unknown } | { why: string } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { why: "not JSON" };
  }
}

/** The first value of a file of lines, to tell whose it is. */
export function firstValue(text: string): unknown {
  const start = text.search(/\S/);
  const end = text.indexOf("\n", start);
  const read = readJson(text.slice(Math.max(0, start), end === -1 ? undefined : end));
  return "value" in read ? read.value : undefined;
}

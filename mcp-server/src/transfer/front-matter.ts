/** The YAML at the head of a Markdown file, read within narrow bounds: it comes from anywhere. */
import { parse } from "yaml";

/** More is no front matter that a person wrote. */
const LONGEST_CHARS = 16 * 1024;

export interface WithFrontMatter {
  fields: Readonly<Record<string, unknown>>;
  body: string;
  /** The line at which the body begins. */
  line: number;
  /** What is wrong with the head, which is then left out. */
  problem?: string;
}

export function splitFrontMatter(given: string): WithFrontMatter {
  const text = given.replaceAll("\r\n", "\n");
  const whole = { fields: {}, body: text, line: 1 };
  if (!/^---[ \t]*\n/.test(text)) return whole;
  const start = text.indexOf("\n") + 1;
  const end = /^(?:---|\.\.\.)[ \t]*$/m.exec(text.slice(start, start + LONGEST_CHARS));
  if (end === null) return { ...whole, problem: "front matter without an end, or longer than 16 kB" };
  const head = text.slice(start, start + end.index);
  const behind = start + end.index + end[0].length;
  const rest = { body: text.slice(behind), line: text.slice(0, behind).split("\n").length };
  try {
    return { fields: readFields(head), ...rest };
  } catch {
    return { fields: {}, ...rest, problem: "front matter that is no plain YAML" };
  }
}

/** No alias is followed, no tag believed, nothing below the second level kept. */
function readFields(head: string): Record<string, unknown> {
  const value: unknown = parse(head, {
    schema: "core",
    maxAliasCount: 0,
    merge: false,
    prettyErrors: false,
    // Quieter, it would take what it cannot read for nothing.
    logLevel: "error",
  });
  if (value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw new TypeError("no fields");
  return Object.fromEntries(Object.entries(value).filter(([, field]) => isPlain(field)));
}

const isPlain = (value: unknown): boolean =>
  Array.isArray(value) ? value.every((item) => typeof item !== "object") : typeof value !== "object" || value === null;

/**
 * Reads `.env` files so that statements can be taken out and every other byte stays. Programs read these files by
 * different rules; where their readings of a value differ, there is no telling which is meant, and it says so instead.
 */

export interface Assignment {
  name: string;
  /** Meaningless when there is trouble. */
  value: string;
  /** Why the value cannot be told. */
  trouble?: string;
  line: number;
  /** The whole statement with its line break, as offsets into the text. */
  start: number;
  end: number;
  /** Where a comment behind the value begins; it stays when the statement goes. */
  comment?: number;
}

export interface DotEnv {
  assignments: Assignment[];
  /** Lines that are no assignment, comment or blank. */
  unreadable: number[];
}

const HEAD = /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/dy;
const LINE_TO_LEAVE = /[ \t]*(?:#[^\n]*)?\r?(?:\n|$)/dy;
const ANY_LINE = /[^\n]*(?:\n|$)/dy;
const QUOTED = /"((?:\\[\s\S]|[^"\\])*)"|'([^']*)'|`([^`]*)`/dy;
const BEHIND_QUOTES = /[ \t]*(#[^\n]*?)?\r?(?:\n|$)/dy;
const BARE = /([^\n]*?)[ \t]*(?:(?<=[ \t])(#[^\n]*?))?\r?(?:\n|$)/dy;

export function parseDotEnv(text: string): DotEnv {
  const found: DotEnv = { assignments: [], unreadable: [] };
  let line = 1;
  let at = text.startsWith("\ufeff") ? 1 : 0;
  while (at < text.length) {
    const left = matchAt(LINE_TO_LEAVE, text, at);
    const assignment = left === undefined ? parseAssignment(text, at, line) : undefined;
    if (assignment !== undefined) found.assignments.push(assignment);
    else if (left === undefined) found.unreadable.push(line);
    const { end } = assignment ?? matchAt(ANY_LINE, text, at)!;
    line += text.slice(at, end).split("\n").length - 1;
    at = end;
  }
  return found;
}

/** The text without these statements; comments behind them stay, on lines of their own. */
export function withoutAssignments(text: string, gone: readonly Assignment[]): string {
  let rest = "";
  let at = 0;
  for (const { start, end, comment } of gone) {
    rest += text.slice(at, start) + (comment === undefined ? "" : text.slice(comment, end));
    at = end;
  }
  return rest + text.slice(at);
}

function parseAssignment(text: string, start: number, line: number): Assignment | undefined {
  const head = matchAt(HEAD, text, start);
  if (head === undefined) return undefined;
  const name = head.groups[0]!;
  const quoted = matchAt(QUOTED, text, head.end);
  if (quoted === undefined) return { name, line, start, ...parseBare(text, head.end) };
  const behind = matchAt(BEHIND_QUOTES, text, quoted.end);
  // Something stands behind the closing quote: what the quotes hold may not even be a value.
  if (behind === undefined) return undefined;
  const [double, single, backticks] = quoted.groups;
  const value = double === undefined ? { value: unix((single ?? backticks)!) } : parseDouble(unix(double));
  return { name, line, start, end: behind.end, ...value, ...commentOf(behind) };
}

function parseBare(text: string, at: number): Omit<Assignment, "name" | "line" | "start"> {
  const bare = matchAt(BARE, text, at)!;
  const value = bare.groups[0]!;
  const place = { value, end: bare.end, ...commentOf(bare) };
  if (/^["'`]/.test(value)) return { ...place, trouble: "its quotes do not end" };
  if (value.includes("#")) return { ...place, trouble: "some programs end it at its #: put it in quotes" };
  if (value.includes("\r")) return { ...place, trouble: "it holds a carriage return" };
  return { ...place, ...referring(value) };
}

/** `\n` and `\r` mean line breaks to every program; of other backslashes some keep one and some do not. */
function parseDouble(raw: string): Pick<Assignment, "value" | "trouble"> {
  const value = raw.replaceAll("\\n", "\n").replaceAll("\\r", "\r");
  if (value.includes("\\")) return { value, trouble: "programs read its backslashes differently: use single quotes" };
  return { value, ...referring(value) };
}

/** What a shell, or a program that does as shells do, would put something else in the place of. */
const referring = (value: string) =>
  /\$[{(]/.test(value) ? { trouble: "it refers to something else with $: write out what it is" } : {};

const unix = (text: string) => text.replaceAll("\r\n", "\n");

interface Match {
  end: number;
  groups: (string | undefined)[];
  /** Where the last group begins, which in what stands behind a value is its comment. */
  comment?: number;
}

function matchAt(pattern: RegExp, text: string, at: number): Match | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const comment = match.indices!.at(-1)?.[0];
  return { end: at + match[0].length, groups: match.slice(1), ...(comment === undefined ? {} : { comment }) };
}

const commentOf = ({ comment }: Match) => (comment === undefined ? {} : { comment });

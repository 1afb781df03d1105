import type * as z from "zod";
import { isWriteScope, type Scope } from "./scopes.ts";

export type Kind = "query" | "mutation" | "action";

/**
 * What a public Convex function promises. The door checks the scope and the arguments by it, Convex does so again and
 * takes its validators from it, and a tool takes its input from it.
 */
export interface Contract<K extends Kind = Kind, A extends z.ZodObject = z.ZodObject, R extends z.ZodType = z.ZodType> {
  /** Convex's path of the function, `file:function`. */
  readonly path: string;
  readonly kind: K;
  /** The scope a key needs; `any` for every live key. */
  readonly scope: Scope | "any";
  readonly args: A;
  readonly result: R;
  /** Arguments that the client's backend fills in (an operation id, the local day); a tool does not show them. */
  readonly filled: readonly string[];
  /** Where the result carries text that came from outside, as paths such as `memories[].content`. */
  readonly untrusted: readonly string[];
  /** Arguments that hold secrets: no digest, log or message is made from them. */
  readonly sensitive: readonly string[];
}

export function defineContract<K extends Kind, A extends z.ZodObject, R extends z.ZodType>(
  contract: Omit<Contract<K, A, R>, "filled" | "untrusted" | "sensitive"> & {
    filled?: readonly (keyof A["shape"] & string)[];
    untrusted?: readonly string[];
    sensitive?: readonly (keyof A["shape"] & string)[];
  },
): Contract<K, A, R> {
  return { filled: [], untrusted: [], sensitive: [], ...contract };
}

/** Whether a call changes something; a session that only reads is refused it. The door's own reports are no session's. */
export const isMutating = ({ kind, scope }: Contract): boolean =>
  kind === "mutation" || (kind === "action" && isWriteScope(scope));

/** Arguments as a caller gives them, and the result as they get it. */
export type ArgsOf<C extends Contract> = z.input<C["args"]>;
export type ResultOf<C extends Contract> = z.output<C["result"]>;

/**
 * One line for a caller about why their arguments were refused: `field: what it should be`, of every field the first
 * thing that is wrong with it. Never a value.
 */
export function explainIssues(error: z.ZodError, args: unknown): string {
  const byField = new Map<unknown, z.core.$ZodIssue>();
  for (const issue of error.issues) if (!byField.has(issue.path[0])) byField.set(issue.path[0], issue);
  if (byField.size === 0) return "the arguments are not valid";
  return [...byField.values()].map((issue) => explain(issue, args)).join("; ");
}

function explain(issue: z.core.$ZodIssue, args: unknown): string {
  if (issue.code === "unrecognized_keys") {
    return `${unknownFields(issue.keys)}${issue.path.length > 0 ? ` in ${issue.path.join(".")}` : ""}`;
  }
  const where = issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  return `${where}${isMissing(args, issue.path) ? "is required" : describe(issue)}`;
}

/** Names that a caller made up: there may be many, and what does not look like a field's name may be a value that slipped. */
export const unknownFields = (names: readonly string[]): string =>
  `unknown field ${names
    .slice(0, 5)
    .map((name) => (/^[A-Za-z_][\w-]{0,23}$/.test(name) ? JSON.stringify(name) : "(not repeated here)"))
    .join(", ")}`;

function isMissing(args: unknown, path: readonly PropertyKey[]): boolean {
  let value = args;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return value === undefined;
}

function describe(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${issue.expected === "int" ? "a whole number" : article(issue.expected)}`;
    case "invalid_value":
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "too_small":
      if (issue.minimum === 1 && unitOf(issue.origin) !== undefined) return "must not be empty";
      return `must be at least ${amount(issue.minimum, issue.origin)}`;
    case "too_big":
      return `must be at most ${amount(issue.maximum, issue.origin)}`;
    default:
      return lowerFirst(issue.message);
  }
}

const article = (type: string) => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);
const unitOf = (origin: string) => (origin === "string" ? "character" : origin === "array" ? "item" : undefined);
function amount(count: number | bigint, origin: string): string {
  const unit = unitOf(origin);
  return unit === undefined ? String(count) : `${count} ${unit}${count === 1 ? "" : "s"}`;
}
/** Not of a name in capitals. */
const lowerFirst = (text: string) => (/^[A-Z][A-Z_]/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1));

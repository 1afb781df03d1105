/** Index range expressions as intervals of index keys, with the backend's rules and sentences. */
import { displayJson } from "../values/display.ts";
import type { Json } from "../values/json.ts";
import { encodeSortKey, encodeSortKeys } from "../values/sort-key.ts";
import { literalOf, type RangeExpression } from "./wire.ts";

export interface Bound {
  readonly value: Json | undefined;
  readonly inclusive: boolean;
}

/** What a range says, field by field: equalities on the first fields, then bounds on at most one more. */
export interface Range {
  readonly equals: (Json | undefined)[];
  readonly lower: Bound | undefined;
  readonly upper: Bound | undefined;
  /** Which ids, where the range goes as far as the id that ends every index. */
  readonly hasId: ((id: string) => boolean) | undefined;
}

const SEE = "For more information see https://docs.convex.dev/using/indexes.";
const show = (value: Json | undefined): string => (value === undefined ? "undefined" : displayJson(value));
const list = (fields: readonly string[]): string => `[${fields.map((field) => `"${field}"`).join(", ")}]`;

function alreadyDefined(kind: string, field: string, comparator: string, value: Json | undefined): Error {
  return new Error(`Already defined ${kind} bound in index range. Can't add "${field}" ${comparator} ${show(value)}.`);
}

const COMPARATOR = { Gt: ">", Gte: ">=", Lt: "<", Lte: "<=" } as const;

interface Split {
  equalities: Map<string, Json | undefined>;
  field: string | undefined;
  lower: Bound | undefined;
  upper: Bound | undefined;
}

function split(indexName: string, expressions: RangeExpression[]): Split {
  const found: Split = { equalities: new Map(), field: undefined, lower: undefined, upper: undefined };
  for (const { type, fieldPath, value: wire } of expressions) {
    const value = literalOf(wire);
    if (type === "Eq") {
      if (found.equalities.has(fieldPath)) {
        throw alreadyDefined("equality", fieldPath, "==", found.equalities.get(fieldPath));
      }
      found.equalities.set(fieldPath, value);
      continue;
    }
    const side = type === "Lt" || type === "Lte" ? "upper" : "lower";
    if (found[side] !== undefined) throw alreadyDefined(side, fieldPath, COMPARATOR[type], value);
    if (found.field !== undefined && found.field !== fieldPath) {
      throw new Error(
        `Upper and lower bounds in \`range\` can only be applied to a single index field. This query against index ${indexName} attempted to set a range bound on both "${found.field}" and "${fieldPath}". Consider using \`filter\` instead. See https://docs.convex.dev/using/indexes for more info.`,
      );
    }
    found.field = fieldPath;
    found[side] = { value, inclusive: type === "Gte" || type === "Lte" };
  }
  if (found.field !== undefined && found.equalities.has(found.field)) {
    throw alreadyDefined("inequality", found.field, "==", found.equalities.get(found.field));
  }
  return found;
}

const ID = "_id";

/** The ids between two bounds. */
export function idsBetween(lower: Bound | undefined, upper: Bound | undefined): (id: string) => boolean {
  const from = lower && encodeSortKey(lower.value);
  const to = upper && encodeSortKey(upper.value);
  return (id) => {
    const key = encodeSortKey(id);
    const above = from === undefined ? 1 : Buffer.compare(key, from);
    const below = to === undefined ? -1 : Buffer.compare(key, to);
    return (
      (above > 0 || (above === 0 && lower?.inclusive === true)) &&
      (below < 0 || (below === 0 && upper?.inclusive === true))
    );
  };
}

/** Checks a range against the fields of its index. Equalities may come in any order, as on Convex. */
export function compileRange(indexName: string, fields: readonly string[], expressions: RangeExpression[]): Range {
  const { equalities, field, lower, upper } = split(indexName, expressions);
  const ordered = fields.includes(ID) ? fields : [...fields, ID];
  const used = [...equalities.keys()].sort((a, b) => ordered.indexOf(a) - ordered.indexOf(b));
  if (field !== undefined) used.push(field);
  const unknown = used.find((name) => !ordered.includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `The index range included a comparison with "${unknown}", but ${indexName} with fields ${list(fields)} doesn't index this field. ${SEE}`,
    );
  }
  const wrong = used.findIndex((name, i) => ordered[i] !== name);
  if (wrong >= 0) {
    throw new Error(
      `Tried to query index ${indexName} but the query didn't use the index fields in order.\n` +
        `Index fields: ${list(fields)}\nQuery fields: ${list(used)}\nFirst incorrect field: ${used[wrong]}\n${SEE}`,
    );
  }
  const equals = used.slice(0, equalities.size).map((name) => equalities.get(name));
  if (used.length <= fields.length) return { equals, lower, upper, hasId: undefined };
  const only = equals.length > fields.length ? { value: equals.pop(), inclusive: true } : undefined;
  return { equals, lower: undefined, upper: undefined, hasId: idsBetween(only ?? lower, only ?? upper) };
}

/** Keys from `lower` on and before `upper`. */
export interface Interval {
  readonly lower: Buffer;
  readonly upper: Buffer;
}

/** Above every sort key, whose first byte is a small type tag. */
const TOP = Buffer.from([0xff]);

/** The first key after all that start with `prefix`. */
function afterPrefix(prefix: Buffer): Buffer {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) return TOP;
  const next = Buffer.copyBytesFrom(prefix, 0, length);
  next[length - 1] = (next[length - 1] as number) + 1;
  return next;
}

/** The first key after this very one. */
export function afterKey(key: Uint8Array): Buffer {
  const next = Buffer.alloc(key.length + 1);
  next.set(key);
  return next;
}

export function intervalOf({ equals, lower, upper }: Range): Interval {
  const prefix = encodeSortKeys(equals);
  const bound = (value: Json | undefined): Buffer => encodeSortKeys([...equals, value]);
  const start = lower === undefined ? prefix : lower.inclusive ? bound(lower.value) : afterPrefix(bound(lower.value));
  const end =
    upper === undefined ? afterPrefix(prefix) : upper.inclusive ? afterPrefix(bound(upper.value)) : bound(upper.value);
  return { lower: start, upper: end };
}

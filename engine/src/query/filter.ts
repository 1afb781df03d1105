/** Filter expressions compiled to closures. Comparison is index order on all types, as on Convex. */

import { valueAt } from "../store/index-key.ts";
import { compareJson } from "../values/compare.ts";
import { displayJson } from "../values/display.ts";
import {
  decodeFloat,
  decodeInt64,
  encodeInt64,
  encodeNumber,
  isPlainObject,
  type Json,
  type JsonObject,
  scalarTag,
} from "../values/json.ts";
import { literalOf } from "./wire.ts";

type Maybe = Json | undefined;
type Evaluate = (document: JsonObject) => Maybe;

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

function typeName(value: Maybe): string {
  if (value === undefined) return "Undefined";
  if (value === null) return "Null";
  if (Array.isArray(value)) return "Array";
  if (typeof value !== "object")
    return { string: "String", number: "Float64", boolean: "Boolean" }[typeof value as "string"];
  switch (scalarTag(value)) {
    case "$integer":
    case "$commitTs":
      return "Int64";
    case "$float":
      return "Float64";
    case "$bytes":
      return "Bytes";
    default:
      return "Object";
  }
}

const show = (value: Maybe): string => (value === undefined ? "undefined" : displayJson(value));

function numberOf(value: Maybe): number | bigint | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value) || isPlainObject(value)) return undefined;
  if (typeof value["$integer"] === "string") return decodeInt64(value["$integer"]);
  return typeof value["$float"] === "string" ? decodeFloat(value["$float"]) : undefined;
}

function checkedInt64(value: bigint, verb: string): Json {
  if (value > MAX_INT64 || value < MIN_INT64) throw new Error(`Cannot ${verb}: the result does not fit into an int64`);
  return encodeInt64(value);
}

interface Arithmetic {
  verb: string;
  ints(a: bigint, b: bigint): bigint;
  floats(a: number, b: number): number;
}

const ARITHMETIC: Record<string, Arithmetic> = {
  $add: { verb: "add", ints: (a, b) => a + b, floats: (a, b) => a + b },
  $sub: { verb: "subtract", ints: (a, b) => a - b, floats: (a, b) => a - b },
  $mul: { verb: "multiply", ints: (a, b) => a * b, floats: (a, b) => a * b },
  $div: { verb: "divide", ints: (a, b) => a / b, floats: (a, b) => a / b },
  $mod: { verb: "mod", ints: (a, b) => a % b, floats: (a, b) => a % b },
};

const COMPARISON: Record<string, (order: number) => boolean> = {
  $eq: (order) => order === 0,
  $neq: (order) => order !== 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
};

function arithmetic({ verb, ints, floats }: Arithmetic, left: Evaluate, right: Evaluate): Evaluate {
  return (document) => {
    const l = left(document);
    const r = right(document);
    const a = numberOf(l);
    const b = numberOf(r);
    if (typeof a === "bigint" && typeof b === "bigint") return checkedInt64(ints(a, b), verb);
    if (typeof a === "number" && typeof b === "number") return encodeNumber(floats(a, b));
    throw new Error(`Cannot ${verb} ${show(l)} (type ${typeName(l)}) and ${show(r)} (type ${typeName(r)})`);
  };
}

function negate(operand: Evaluate): Evaluate {
  return (document) => {
    const value = operand(document);
    const number = numberOf(value);
    if (typeof number === "bigint") return checkedInt64(-number, "negate");
    if (typeof number === "number") return encodeNumber(-number);
    throw new Error(`Cannot negate ${show(value)} (type ${typeName(value)})`);
  };
}

function booleanOf(value: Maybe): boolean {
  if (typeof value !== "boolean") throw new Error(`Expected a Boolean, got ${show(value)} (type ${typeName(value)})`);
  return value;
}

const asList = (operand: Json): Json[] => (Array.isArray(operand) ? operand : [operand]);

function compileExpression(expression: Json): Evaluate {
  const [operator, operand] = Object.entries(expression as JsonObject)[0] ?? ["", null];
  const comparison = COMPARISON[operator];
  if (comparison !== undefined) {
    const [left, right] = asList(operand).map(compileExpression) as [Evaluate, Evaluate];
    return (document) => comparison(compareJson(left(document), right(document)));
  }
  const operation = ARITHMETIC[operator];
  if (operation !== undefined) {
    const [left, right] = asList(operand).map(compileExpression) as [Evaluate, Evaluate];
    return arithmetic(operation, left, right);
  }
  switch (operator) {
    case "$field": {
      const path = (operand as string).split(".");
      return (document) => valueAt(document, path);
    }
    case "$literal": {
      const value = literalOf(operand);
      return () => value;
    }
    case "$and": {
      const all = asList(operand).map(compileExpression);
      return (document) => all.every((each) => booleanOf(each(document)));
    }
    case "$or": {
      const any = asList(operand).map(compileExpression);
      return (document) => any.some((each) => booleanOf(each(document)));
    }
    case "$not": {
      const [inner] = asList(operand).map(compileExpression) as [Evaluate];
      return (document) => !booleanOf(inner(document));
    }
    case "$neg":
      return negate(compileExpression(asList(operand)[0] as Json));
    default:
      throw new Error(`Unknown filter expression ${JSON.stringify(expression)}`);
  }
}

/** A filter as a predicate: its value must be a boolean. */
export function compileFilter(expression: Json): (document: JsonObject) => boolean {
  const evaluate = compileExpression(expression);
  return (document) => booleanOf(evaluate(document));
}

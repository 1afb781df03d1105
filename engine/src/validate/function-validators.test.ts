import { queryGeneric } from "convex/server";
import type { PropertyValidators, Value } from "convex/values";
import { convexToJson, v } from "convex/values";
import { describe, expect, it } from "vitest";
import { encodeId } from "../values/id.ts";
import type { Json } from "../values/json.ts";
import { compileArgs, compileReturns } from "./function-validators.ts";

const tables = new Map([
  [10_001, "users"],
  [10_002, "posts"],
  [512, "_storage"],
]);
const names = { tableNameOf: (number: number) => tables.get(number) };
const userId = encodeId(10_001, new Uint8Array(16));

interface Exported {
  exportArgs(): string;
  exportReturns(): string;
}

function checkArgs(args: PropertyValidators, value: Record<string, Value>): string | null {
  const fn = queryGeneric({ args, handler: () => null }) as unknown as Exported;
  return compileArgs(fn.exportArgs(), names)([convexToJson(value) as Json]);
}

const noMatch = (path: string, value: string, validator: string): string =>
  `ArgumentValidationError: Value does not match validator.\nPath: ${path}\nValue: ${value}\nValidator: ${validator}`;

describe("arguments", () => {
  it("of every type match their validators", () => {
    const args = {
      any: v.any(),
      array: v.array(v.null()),
      boolean: v.boolean(),
      bytes: v.bytes(),
      commitTs: v.commitTs(),
      id: v.id("users"),
      int64: v.int64(),
      literal: v.literal("a"),
      nan: v.number(),
      number: v.number(),
      object: v.object({ a: v.optional(v.string()) }),
      record: v.record(v.id("users"), v.number()),
      string: v.string(),
      union: v.union(v.string(), v.number()),
    };
    const value = {
      any: [{ whatever: 1n }],
      array: [null],
      boolean: false,
      bytes: new ArrayBuffer(1),
      commitTs: 1n,
      id: userId,
      int64: 1n,
      literal: "a",
      nan: Number.NaN,
      number: 1,
      object: {},
      record: { [userId]: 1 },
      string: "",
      union: 2,
    };
    expect(checkArgs(args, value)).toBeNull();
  });

  it("of the wrong type are named with their path, value and validator", () => {
    expect(checkArgs({ x: v.string() }, { x: 1 })).toBe(noMatch(".x", "1.0", "v.string()"));
    expect(checkArgs({ x: v.array(v.object({ y: v.int64() })) }, { x: [{ y: 1n }, { y: 2 }] })).toBe(
      noMatch(".x[1].y", "2.0", "v.int64()"),
    );
    expect(checkArgs({ x: v.record(v.string(), v.number()) }, { x: { a: "b" } })).toBe(
      noMatch(".x.values()", '"b"', "v.float64()"),
    );
    expect(checkArgs({ x: v.union(v.null(), v.boolean()) }, { x: "b" })).toBe(
      noMatch(".x", '"b"', "v.union(v.null(), v.boolean())"),
    );
    expect(checkArgs({ x: v.object({}) }, { x: 1n })).toBe(noMatch(".x", "1", "v.object({})"));
  });

  it("must have the required fields, those JavaScript objects inherit included", () => {
    expect(checkArgs({ a: v.string(), b: v.optional(v.number()) }, { b: 1 })).toBe(
      "ArgumentValidationError: Object is missing the required field `a`. Consider wrapping the field validator in `v.optional(...)` if this is expected.\n\nObject: {b: 1.0}\nValidator: v.object({a: v.string(), b: v.optional(v.float64())})",
    );
    expect(checkArgs({ constructor: v.any() } as PropertyValidators, {})).toContain(
      "missing the required field `constructor`",
    );
  });

  it("must have no other fields", () => {
    expect(checkArgs({ a: v.string() }, { a: "x", c: 1, b: 2 })).toBe(
      'ArgumentValidationError: Object contains extra field `b` that is not in the validator.\n\nObject: {a: "x", b: 2.0, c: 1.0}\nValidator: v.object({a: v.string()})',
    );
  });

  it("must equal literals", () => {
    expect(checkArgs({ x: v.literal("a") }, { x: "b" })).toBe(
      'ArgumentValidationError: `"b"` does not match literal validator `v.literal("a")`.Path: .x',
    );
    expect(checkArgs({ x: v.literal(1n) }, { x: 1n })).toBeNull();
    expect(checkArgs({ x: v.literal(1n) }, { x: 1 })).toContain("`1.0` does not match literal validator");
  });

  it("must be ids of the right table", () => {
    const postId = encodeId(10_002, new Uint8Array(16));
    expect(checkArgs({ x: v.id("users") }, { x: postId })).toBe(
      `ArgumentValidationError: Found ID "${postId}" from table \`posts\`, which does not match the table name in validator \`v.id("users")\`.Path: .x`,
    );
    const fileId = encodeId(512, new Uint8Array(16));
    expect(checkArgs({ x: v.id("users") }, { x: fileId })).toContain("from a system table");
    const unknown = encodeId(77, new Uint8Array(16));
    expect(checkArgs({ x: v.id("users") }, { x: unknown })).toBe(noMatch(".x", `"${unknown}"`, 'v.id("users")'));
    expect(checkArgs({ x: v.id("users") }, { x: "nope" })).toBe(noMatch(".x", '"nope"', 'v.id("users")'));
  });

  it("must be one object", () => {
    const fn = queryGeneric({ args: {}, handler: () => null }) as unknown as Exported;
    const check = compileArgs(fn.exportArgs(), names);
    expect(check([])).toBe(
      "ArgumentValidationError: Expected to receive a single object as the function's argument. Instead received 0 arguments: []",
    );
    expect(check(["a"])).toBe(
      `ArgumentValidationError: Expected to receive an object as the function's argument. Instead received: "a"`,
    );
  });

  it("of functions that declare none are not checked", () => {
    const fn = queryGeneric({ handler: () => null }) as unknown as Exported;
    expect(compileArgs(fn.exportArgs(), names)([{ anything: 1 }])).toBeNull();
    expect(compileReturns(fn.exportReturns(), names)("anything")).toBeNull();
  });

  it("take an unresolved commit timestamp where they take an int64", () => {
    const fn = queryGeneric({ args: { x: v.int64(), y: v.commitTs() }, handler: () => null });
    const check = compileArgs((fn as unknown as Exported).exportArgs(), names);
    expect(check([{ x: { $commitTs: null }, y: { $commitTs: null } }])).toBeNull();
  });
});

it("a result of the wrong type is named as such", () => {
  const fn = queryGeneric({ returns: v.object({ a: v.string() }), handler: () => ({ a: "" }) });
  const check = compileReturns((fn as unknown as Exported).exportReturns(), names);
  expect(check({ a: "x" })).toBeNull();
  expect(check({ a: null })).toBe(
    "ReturnsValidationError: Value does not match validator.\nPath: .a\nValue: null\nValidator: v.string()",
  );
});

it("records with keys that are no strings are refused, with the field they are in", () => {
  const record = { type: "record", keys: { type: "number" }, values: { fieldType: { type: "any" }, optional: false } };
  const args = { type: "object", value: { x: { fieldType: record, optional: false } } };
  expect(() => compileArgs(JSON.stringify(args), names)).toThrow(
    "Error in args validator: Invalid validator for key `x`: Records can only have string keys. Your validator contains a record with key typed as `v.float64()`",
  );
});

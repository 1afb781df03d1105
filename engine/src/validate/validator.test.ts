/** Random validators and values, against the shortest statement of what each validator takes. */
import { convexToJson, type GenericValidator, type Value, v } from "convex/values";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryValue } from "../values/arbitrary.ts";
import { compareJson } from "../values/compare.ts";
import type { Json } from "../values/json.ts";
import { compileValidator } from "./validator.ts";
import type { FieldJson, ValidatorJson } from "./validator-json.ts";

const isObject = (value: Value): value is Record<string, Value> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ArrayBuffer);

function takes(validator: ValidatorJson, value: Value): boolean {
  switch (validator.type) {
    case "any":
      return true;
    case "null":
      return value === null;
    case "bigint":
      return typeof value === "bigint";
    case "bytes":
      return value instanceof ArrayBuffer;
    case "number":
    case "boolean":
    case "string":
      // These three have JavaScript's own names.
      return typeof value === validator.type;
    case "literal":
      return compareJson(convexToJson(value) as Json, validator.value as Json) === 0;
    case "array":
      return Array.isArray(value) && value.every((element) => takes(validator.value, element));
    case "union":
      return validator.value.some((member) => takes(member, value));
    case "record":
      return isObject(value) && Object.values(value).every((field) => takes(validator.values.fieldType, field));
    case "object": {
      if (!isObject(value)) return false;
      const fields: Record<string, FieldJson> = validator.value;
      return (
        Object.keys(value).every((name) => name in fields) &&
        Object.entries(fields).every(([name, { fieldType, optional }]) =>
          name in value ? takes(fieldType, value[name] as Value) : optional,
        )
      );
    }
    default:
      throw new Error(`no model for ${validator.type}`);
  }
}

interface Case {
  validator: GenericValidator;
  /** Often what the validator takes. */
  value: fc.Arbitrary<Value>;
}

const scalar = fc.constantFrom<Case>(
  { validator: v.string(), value: fc.string() },
  { validator: v.number(), value: fc.double() },
  { validator: v.int64(), value: fc.bigInt({ min: -9n, max: 9n }) },
  { validator: v.boolean(), value: fc.boolean() },
  { validator: v.null(), value: fc.constant(null) },
  { validator: v.bytes(), value: fc.constant(new ArrayBuffer(2)) },
  { validator: v.any(), value: arbitraryValue },
  { validator: v.literal("a"), value: fc.constantFrom("a", "b") },
  { validator: v.literal(1), value: fc.constantFrom<Value>(1, 1n, 2) },
  { validator: v.literal(2n), value: fc.constantFrom<Value>(2, 2n, 3n) },
  { validator: v.literal(true), value: fc.boolean() },
);

function objectCase(fields: Record<string, [Case, boolean]>): Case {
  const validators: Record<string, GenericValidator> = {};
  const values: Record<string, fc.Arbitrary<Value>> = {};
  for (const [name, [{ validator, value }, isOptional]] of Object.entries(fields)) {
    validators[name] = isOptional ? (v.optional(validator as never) as GenericValidator) : validator;
    values[name] = value;
  }
  return {
    validator: v.object(validators as never) as GenericValidator,
    value: fc.record(values, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Value>,
  };
}

const { node: anyCase } = fc.letrec<{ node: Case }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.dictionary(fc.constantFrom("a", "b", "c"), fc.tuple(tie("node"), fc.boolean())).map(objectCase),
    tie("node").map(({ validator, value }) => ({
      validator: v.array(validator as never) as GenericValidator,
      value: fc.array(value, { maxLength: 3 }),
    })),
    tie("node").map(({ validator, value }) => ({
      validator: v.record(v.string(), validator as never) as GenericValidator,
      value: fc.dictionary(fc.constantFrom("x", "y"), value, { noNullPrototype: true }),
    })),
    fc.array(tie("node"), { minLength: 1, maxLength: 3 }).map((members) => ({
      validator: v.union(...(members.map(({ validator }) => validator) as never[])) as unknown as GenericValidator,
      value: fc.oneof(...members.map(({ value }) => value)),
    })),
  ),
}));

const caseWithValue = anyCase.chain(({ validator, value }) =>
  fc.tuple(fc.constant(validator), fc.oneof({ arbitrary: value, weight: 4 }, { arbitrary: arbitraryValue, weight: 1 })),
);

it("a validator takes what its type says and nothing else", () => {
  const counts = { taken: 0, refused: 0 };
  void fc.assert(
    fc.property(caseWithValue, ([validator, value]) => {
      const json = (validator as unknown as { json: ValidatorJson }).json;
      const check = compileValidator(json, { tables: { tableNameOf: () => undefined } });
      const isTaken = check(convexToJson(value) as Json) === null;
      expect(isTaken).toBe(takes(json, value));
      counts[isTaken ? "taken" : "refused"]++;
    }),
    { numRuns: 1_000 },
  );
  expect(Math.min(counts.taken, counts.refused)).toBeGreaterThan(100);
});

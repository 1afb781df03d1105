/** Random Convex values for property tests. */
import type { Value } from "convex/values";
import * as fc from "fast-check";

const fieldName = fc
  .string({ unit: "grapheme-ascii", maxLength: 6 })
  .filter((name) => !name.startsWith("$") && !name.startsWith("_") && name !== "__proto__");

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double(),
  fc.integer(),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom("", "\0", "\u0001", "\0\u0001", "\uffff", "😀", "a", "aa"),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => bytes.slice().buffer),
);

/** Any value Convex can store, nested a few levels. */
export const arbitraryValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fieldName, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

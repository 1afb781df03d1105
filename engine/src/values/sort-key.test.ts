import { compareValues, convexToJson } from "convex/values";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryValue } from "./arbitrary.ts";
import { compareJson } from "./compare.ts";
import type { Json } from "./json.ts";
import { encodeSortKey, encodeSortKeys } from "./sort-key.ts";

const json = (value: Parameters<typeof convexToJson>[0]): Json => convexToJson(value) as Json;

describe("sort keys", () => {
  it("order any two values as Convex orders them", async () => {
    await fc.assert(
      fc.property(arbitraryValue, arbitraryValue, (a, b) => {
        const expected = Math.sign(compareValues(a, b));
        expect(Buffer.compare(encodeSortKey(json(a)), encodeSortKey(json(b)))).toBe(expected);
        expect(Math.sign(compareJson(json(a), json(b)))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("put a missing field before every value", async () => {
    await fc.assert(
      fc.property(arbitraryValue, (value) => {
        expect(Buffer.compare(encodeSortKey(undefined), encodeSortKey(json(value)))).toBe(-1);
      }),
    );
    expect(encodeSortKey({ $undefined: null })).toEqual(encodeSortKey(undefined));
  });

  it("concatenate to the order of the fields, first field first", async () => {
    await fc.assert(
      fc.property(
        fc.tuple(arbitraryValue, arbitraryValue),
        fc.tuple(arbitraryValue, arbitraryValue),
        ([a1, a2], [b1, b2]) => {
          const expected = Math.sign(compareValues(a1, b1) || compareValues(a2, b2));
          const a = encodeSortKeys([json(a1), json(a2)]);
          const b = encodeSortKeys([json(b1), json(b2)]);
          expect(Buffer.compare(a, b)).toBe(expected);
        },
      ),
    );
  });

  it("put an unresolved commit timestamp after every int64 and before every float", () => {
    const pending = encodeSortKey({ $commitTs: null });
    expect(Buffer.compare(pending, encodeSortKey(json(2n ** 63n - 2n)))).toBe(1);
    expect(Buffer.compare(pending, encodeSortKey(json(-Infinity)))).toBe(-1);
  });

  it("hold values larger than the first buffer", () => {
    const long = "\0".repeat(50_000);
    expect(Buffer.compare(encodeSortKey([long, "a"]), encodeSortKey([long, "b"]))).toBe(-1);
  });
});

import { convexToJson, getConvexSize } from "convex/values";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryValue } from "./arbitrary.ts";
import type { Json } from "./json.ts";
import { sizeOfJson } from "./size.ts";

it("sizes of values are those the convex package computes", async () => {
  await fc.assert(
    fc.property(arbitraryValue, (value) => {
      expect(sizeOfJson(convexToJson(value) as Json)).toBe(getConvexSize(value));
    }),
    { numRuns: 1000 },
  );
});

it("an unresolved commit timestamp counts as an int64", () => {
  expect(sizeOfJson({ at: { $commitTs: null } })).toBe(getConvexSize({ at: 1n }));
});

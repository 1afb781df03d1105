/** What a function may answer. */
import { queryGeneric } from "convex/server";
import { expect, it } from "vitest";
import { openEngine } from "../testing/open-engine.ts";

const nested = (levels: number): unknown => (levels === 0 ? ']]]\\"{' : [nested(levels - 1)]);
const objectOf = (fields: number) => Object.fromEntries(Array.from({ length: fields }, (_, i) => [`f${i}`, i]));

const f = {
  longest: queryGeneric({ handler: () => Array(8192).fill(1) }),
  tooLong: queryGeneric({ handler: () => ({ inside: Array(9000).fill(1) }) }),
  deepest: queryGeneric({ handler: () => nested(64) as never }),
  tooDeep: queryGeneric({ handler: () => nested(70) as never }),
  widest: queryGeneric({ handler: () => objectOf(1024) }),
  tooWide: queryGeneric({ handler: () => objectOf(1025) }),
  many: queryGeneric({ handler: () => Array.from({ length: 100 }, () => Array(100).fill('a "quoted\\" , text, [')) }),
};

it.each([
  ["tooLong", "Function f.js:tooLong return value invalid: Array length is too long (9000 > maximum length 8192)"],
  ["tooDeep", "Function f.js:tooDeep return value invalid: Value is too nested"],
  ["tooWide", "Function f.js:tooWide return value invalid: Object has too many fields (1025 > maximum number 1024)"],
])("a result is no more than a value may be: %s", async (name, message) => {
  await expect(openEngine({ f }).query(`f:${name}`)).rejects.toThrow(message);
});

it.each(["longest", "deepest", "widest", "many"])("as much as is allowed is answered: %s", async (name) => {
  await openEngine({ f }).query(`f:${name}`);
});

import { describe, expect, it } from "vitest";
import * as z from "zod";
import { explainIssues } from "./contract.ts";
import { content, day, moment, tags } from "./fields.ts";

const form = z.strictObject({
  name: z.string().min(2),
  kind: z.enum(["a", "b"]),
  list: z
    .array(z.strictObject({ n: z.int() }))
    .max(2)
    .optional(),
  day: day.optional(),
  word: z.string().min(1).optional(),
  initial: z.string().max(1).optional(),
  some: z.array(z.string()).min(1).optional(),
  many: z.int().min(1).optional(),
});

const explain = (args: unknown) => explainIssues(form.safeParse(args).error!, args);

describe("what is wrong with arguments is said by field, never by value", () => {
  it.each([
    [{ kind: "a" }, "name: is required"],
    [{ name: 5, kind: "a" }, "name: must be a string"],
    [{ name: "x", kind: "a" }, "name: must be at least 2 characters"],
    [{ name: "xx", kind: "a", word: "" }, "word: must not be empty"],
    [{ name: "xx", kind: "a", initial: "xy" }, "initial: must be at most 1 character"],
    [{ name: "xx", kind: "a", some: [] }, "some: must not be empty"],
    [{ name: "xx", kind: "a", many: 1.5 }, "many: must be a whole number"],
    [{ name: "xx", kind: "a", many: 0 }, "many: must be at least 1"],
    [{ name: "xx", kind: "c" }, 'kind: must be one of "a", "b"'],
    [{ name: "xx", kind: "a", extra: 1 }, 'unknown field "extra"'],
    [{ name: "xx", kind: "a", "hidden value": 1 }, "unknown field (not repeated here)"],
    [{ name: "xx", kind: "a", list: [{ n: 1, m: 2 }] }, 'unknown field "m" in list.0'],
    [{ name: "xx", kind: "a", list: [1, 2, 3] }, "list: must be at most 2 items"],
    [{ name: "xx", kind: "a", day: "2026-02-30" }, "day: must be a day that exists, as YYYY-MM-DD"],
    ["nothing of the kind", "must be an object"],
  ])("%j: %s", (args, sentence) => {
    expect(explain(args)).toBe(sentence);
  });

  it("names every field, with the first thing that is wrong with it", () => {
    const args = { kind: "c", list: [{ n: "x" }, 1], extra: 1 };
    expect(explain(args)).toBe(
      'name: is required; kind: must be one of "a", "b"; list.0.n: must be a number; unknown field "extra"',
    );
  });

  it("cuts names that were made up at length", () => {
    expect(explain({ name: "xx", kind: "a", ["y".repeat(500)]: 1 }).length).toBeLessThan(80);
  });

  it("quotes no value", () => {
    expect(explain({ name: 5, kind: "hunter2", day: "hunter2" })).not.toContain("hunter2");
  });
});

describe("fields", () => {
  it.each(["2026-05-08", "2026-05-08T13:56:00Z", "2026-05-08T13:56:00.123+02:00"])("%s is a moment", (text) => {
    expect(moment.safeParse(text).success).toBe(true);
  });

  it.each(["2026-05-08T13:56", "2026-13-01", "yesterday", "08.05.2026", ""])("%j is no moment", (text) => {
    expect(moment.safeParse(text).success).toBe(false);
  });

  it("content counts bytes, not characters", () => {
    expect(content.safeParse("é".repeat(16_384)).success).toBe(true);
    expect(content.safeParse("é".repeat(16_385)).success).toBe(false);
    expect(content.safeParse("x".repeat(32_768)).success).toBe(true);
    expect(content.safeParse("x".repeat(32_769)).success).toBe(false);
  });

  it.each(["\u0000", "\u001b[31m", "\u007f", "\u0085", "\ud800"])("content refuses %j", (text) => {
    expect(content.safeParse(`a${text}b`).success).toBe(false);
  });

  it("tags are kept once each, in their order", () => {
    expect(tags.parse(["b", "a", "b"])).toEqual(["b", "a"]);
  });
});

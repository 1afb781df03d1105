import { describe, expect, it } from "vitest";
import { usageLines } from "../terminal/usage.ts";
import { VERBS } from "./index.ts";

describe.each([...VERBS])("moorage $name", ({ name, title, load }) => {
  it("says how it is used, beginning with itself, in lines that a terminal holds", async () => {
    const { usage } = (await load()).default;
    expect(usage.startsWith(`moorage ${name}`)).toBe(true);
    expect(usageLines(usage, 80).filter((line) => line.length > 80)).toEqual([]);
  });

  it("is listed by what it does, in one short line", () => {
    expect(title).toMatch(/^[A-Z].{5,58}[^.]$/);
  });
});

it("no two verbs have one name", () => {
  const names = VERBS.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

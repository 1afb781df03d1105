import { describe, expect, it } from "vitest";
import { marksOfDate, readEntry } from "./entry.ts";

describe("an entry", () => {
  it("is said by the name before its first colon, which is no word of it", () => {
    expect(readEntry("Mary Ann: I bought the boat.", [])).toMatchObject({
      by: ["bymari", "byann"],
      stems: ["bui", "boat"],
    });
  });

  it.each(["https://example.org: down", "the plan: sail", "12:30 we sail", "A whole sentence before it: no."])(
    "has no speaker in %j",
    (content) => expect(readEntry(content, []).by).toEqual([]),
  );

  it("is found by its tags, too", () => {
    expect(readEntry("Berth 7.", ["free moorings"]).stems).toEqual(["berth", "7", "free", "moor"]);
  });

  it("asks when it ends with a question, even with something attached", () => {
    expect(readEntry("Ada: Where to? [a photo of a pier]", []).asks).toBe(true);
    expect(readEntry("Where to? Home.", []).asks).toBe(false);
  });

  it("says when by its words for time", () => {
    expect(readEntry("We left last Tuesday.", []).dated).toBe(true);
    expect(readEntry("We left the harbour.", []).dated).toBe(false);
  });

  it("counts names inside sentences, not their first words", () => {
    expect(readEntry("Ships sail. They pass Lisbon and Porto, then Vigo.", []).names).toBe(2);
    expect(readEntry("Ships sail. They pass.", []).names).toBe(0);
  });
});

it("a day is marked by its year, its month, both, and its number with the month", () => {
  expect(marksOfDate(Date.UTC(2026, 4, 8, 23))).toEqual(["on2026", "onmai", "onmai2026", "on8mai"]);
});

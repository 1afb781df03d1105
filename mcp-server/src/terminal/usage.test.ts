import { expect, it } from "vitest";
import { usageLines } from "./usage.ts";

const USAGE = `moorage sail [options]

  --to HARBOUR  where to go, by the shortest way there is
  --slowly      take your time

Sets sail. It goes on
when it was cut off.`;

it("keeps an option's words beside it, and lets prose run on", () => {
  expect(usageLines(USAGE, 40)).toEqual([
    "moorage sail [options]",
    "",
    "  --to HARBOUR  where to go, by the",
    "                shortest way there is",
    "  --slowly      take your time",
    "",
    "Sets sail. It goes on when it was cut",
    "off.",
  ]);
});

it("is of 80 columns where nobody knows how many there are", () => {
  const long = "Words and words, ".repeat(20).trim();
  for (const columns of [undefined, 0]) {
    expect(Math.max(...usageLines(long, columns).map((line) => line.length))).toBeLessThanOrEqual(80);
  }
});

import { expect, it } from "vitest";
import { nearest } from "./nearest.ts";

const known = ["init", "memory list", "memory log list", "up"];

it.each([
  ["inti", "init"],
  ["memroy list", "memory list"],
  ["memory lst", "memory list"],
  ["memory drop", undefined],
  ["deploy", undefined],
])("%j may have been meant as %j", (typed, meant) => {
  expect(nearest(typed, known)).toBe(meant);
});

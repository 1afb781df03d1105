import { expect, it } from "vitest";
import { nodeProblem } from "./node-version.ts";

it.each(["22.16.0", "22.20.1", "23.11.0", "24.0.0", "26.1.0"])("Node %s does everything", (version) => {
  expect(nodeProblem(version, "embedded")).toBeUndefined();
  expect(nodeProblem(version, "remote")).toBeUndefined();
});

it.each(["20.20.2", "22.15.9", "23.10.0"])(
  "Node %s serves a Moorage elsewhere only, and says what to do",
  (version) => {
    expect(nodeProblem(version, "remote")).toBeUndefined();
    expect(nodeProblem(version, "embedded")).toMatch(/needs Node 22\.16 or newer; this is .* Install Node 24/);
  },
);

it("Node 18 is told what to install", () => {
  expect(nodeProblem("18.20.4", "remote")).toBe(
    "needs Node 20 or newer; this is 18.20.4. Install Node 24 from https://nodejs.org",
  );
});

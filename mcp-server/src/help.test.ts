import { expect, it } from "vitest";
import { runCommand } from "./cli.ts";
import { help } from "./help.ts";

const HOW = { stdin: process.stdin, forPeople: false };

it("a tool that shows a value is no command, in the list or out of it", async () => {
  expect(help).toContain("  secret list ");
  expect(help).not.toContain("  secret get ");
  expect(await runCommand(["secret", "get", "API_KEY"], { kind: "embedded" }, HOW)).toMatchObject({
    ok: false,
    text: expect.stringContaining("there is no command"),
  });
});

it("the help fits a terminal of 80 columns", () => {
  expect(help.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

it.each([
  [["memroy", "list"], "did you mean moorage memory list?"],
  [["memory", "serach", "the heron"], "did you mean moorage memory search?"],
])("%j is answered with what was meant", async (words, said) => {
  expect(await runCommand(words, { kind: "embedded" }, HOW)).toMatchObject({
    ok: false,
    text: expect.stringContaining(said),
  });
});

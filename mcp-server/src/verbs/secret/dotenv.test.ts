import { execFileSync } from "node:child_process";
import { parseEnv } from "node:util";
import { expect, it } from "vitest";
import { dotenvLine } from "./dotenv.ts";

const VALUES = ["plain", "", "two words", "a=b#c", "$HOME `id`", 'say "hi"', "line one\nline two\n", "back\\slash\\n"];

it.each(VALUES)("%j is what Node's own reader of .env files finds", (value) => {
  expect(parseEnv(dotenvLine(["NAME", value]))).toEqual({ NAME: value });
});

it.each([...VALUES, "it's", 'it\'s $HOME `id` \\ "x"'])("%j is what a shell that sources the file finds", (value) => {
  const script = `${dotenvLine(["NAME", value])}printf %s "$NAME"`;
  expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(value);
});

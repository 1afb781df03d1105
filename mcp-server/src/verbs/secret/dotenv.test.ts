import { execFileSync } from "node:child_process";
import { parseEnv } from "node:util";
import { expect, it } from "vitest";
import { parseDotEnv } from "../../env-import/dotenv.ts";
import { dotenvLine } from "./dotenv.ts";

const VALUES = ["plain", "", "two words", "a=b#c", "$HOME `id`", 'say "hi"', "line one\nline two\n", "back\\slash\\n"];

it.each(VALUES)("%j is what Node's own reader of .env files finds", (value) => {
  expect(parseEnv(dotenvLine(["NAME", value]))).toEqual({ NAME: value });
});

it.each([...VALUES, "it's", "it's\nso\n", 'it\'s $HOME `id` \\ "x"'])(
  "%j is what a shell that sources the file finds",
  (value) => {
    const script = `${dotenvLine(["NAME", value])}printf %s "$NAME"`;
    expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(value);
  },
);

it.each([...VALUES, "it's", "it's\nso\n", "it's\r", 'it\'s $HOME `id` \\ "x"'])(
  "%j comes back by an import, or is named as one that cannot be told",
  (value) => {
    const { assignments, unreadable } = parseDotEnv(dotenvLine(["NAME", value]));
    expect(unreadable).toEqual([]);
    expect(assignments).toHaveLength(1);
    if (assignments[0]!.trouble === undefined) expect(assignments[0]).toMatchObject({ name: "NAME", value });
    else expect(value).toMatch(/'.*[\\"$`\r]/s);
  },
);

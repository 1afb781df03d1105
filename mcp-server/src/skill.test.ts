import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { skillText } from "./skill.ts";
import { TOOLS } from "./tools/index.ts";

const committed = readFileSync(new URL("../../skills/moorage/SKILL.md", import.meta.url), "utf8");

it("is committed as the text that it is made from (renew it: node scripts/docs.ts)", () => {
  expect(committed).toBe(skillText());
});

it("has the front matter of the agent-skills format: a name like its folder's, a description of at most 1,024 characters", () => {
  const [, front = ""] = committed.split("---\n");
  const { name, description, ...rest } = parse(front) as Record<string, string>;
  expect(name).toBe("moorage");
  expect(description!.length).toBeLessThanOrEqual(1024);
  expect(rest).toEqual({});
});

it("names only tools that there are", () => {
  const named = committed.match(/`(?:memory|secret|deploy|status)_[a-z_]+`/g)!.map((name) => name.slice(1, -1));
  expect(TOOLS.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
});

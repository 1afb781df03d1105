import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { createSession } from "./session.ts";

const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true });
});

function directory(...path: string[]) {
  const home = mkdtempSync(join(tmpdir(), "moorage-session-"));
  homes.push(home);
  const made = join(home, ...path);
  mkdirSync(made, { recursive: true });
  return made;
}

it("the project is the name of the git root above", () => {
  const inside = directory("atlas", "src", "deep");
  mkdirSync(join(inside, "../../.git"));
  expect(createSession({ cwd: inside })).toEqual({ project: "atlas" });
});

it("a worktree, whose .git is a file, is a git root", () => {
  const worktree = directory("atlas-fix");
  writeFileSync(join(worktree, ".git"), "gitdir: elsewhere\n");
  expect(createSession({ cwd: worktree })).toEqual({ project: "atlas-fix" });
});

it("there is no project outside of git", () => {
  expect(createSession({ cwd: directory("plain") })).toEqual({});
});

it("flags come first", () => {
  const root = directory("atlas");
  mkdirSync(join(root, ".git"));
  expect(createSession({ agent: "scout", project: "other", cwd: root })).toEqual({ agent: "scout", project: "other" });
});

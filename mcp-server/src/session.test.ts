import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { createSession, type SessionOptions } from "./session.ts";

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

function session(options: Omit<SessionOptions, "target">) {
  const { imports, ...fields } = createSession({ ...options, target: { kind: "embedded", configDir: "/config" } });
  return { fields, imports };
}

it("the project is the name of the git root above", () => {
  const inside = directory("atlas", "src", "deep");
  mkdirSync(join(inside, "../../.git"));
  expect(session({ cwd: inside }).fields).toEqual({ project: "atlas" });
});

it("a worktree, whose .git is a file, is a git root", () => {
  const worktree = directory("atlas-fix");
  writeFileSync(join(worktree, ".git"), "gitdir: elsewhere\n");
  expect(session({ cwd: worktree }).fields).toEqual({ project: "atlas-fix" });
});

it("there is no project outside of git", () => {
  expect(session({ cwd: directory("plain") }).fields).toEqual({});
});

it("flags come first", () => {
  const root = directory("atlas");
  mkdirSync(join(root, ".git"));
  const { fields } = session({ agent: "scout", project: "other", cwd: root });
  expect(fields).toEqual({ agent: "scout", project: "other" });
});

it("imports may read below the folders that were named, else below the git root, else nowhere", () => {
  const root = directory("atlas", "src");
  const rootsOf = (importRoots: string[]) => session({ cwd: root, importRoots }).imports.roots;
  expect(rootsOf([])).toEqual([]);
  mkdirSync(join(root, "../.git"));
  expect(rootsOf([])).toEqual([join(root, "..")]);
  expect(rootsOf(["/srv/a", "/srv/b"])).toEqual(["/srv/a", "/srv/b"]);
  expect(session({ cwd: root }).imports.stateDir).toBe("/config/imports");
});

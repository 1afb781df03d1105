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

it("a folder whose .git is a file that leads nowhere is a git root", () => {
  const worktree = directory("atlas-fix");
  writeFileSync(join(worktree, ".git"), "gitdir: elsewhere\n");
  expect(session({ cwd: worktree }).fields).toEqual({ project: "atlas-fix" });
});

it.each([
  ["atlas/.git/worktrees/fix", "atlas"],
  ["atlas.git/worktrees/fix", "atlas"],
  ["atlas/.bare/worktrees/fix", "atlas"],
  ["fleet/.git/modules/atlas/worktrees/fix", "atlas"],
])("a worktree of %s is of the project %s, in absolute and relative paths", (gitDirectory, project) => {
  const worktree = directory("agent-7");
  const home = join(worktree, "..");
  mkdirSync(join(home, gitDirectory), { recursive: true });
  writeFileSync(join(home, gitDirectory, "commondir"), "../..\n");
  for (const path of [join(home, gitDirectory), join("..", gitDirectory)]) {
    writeFileSync(join(worktree, ".git"), `gitdir: ${path}\n`);
    expect(session({ cwd: worktree })).toMatchObject({ fields: { project }, imports: { roots: [worktree] } });
  }
});

it("a submodule is a project of its own", () => {
  const submodule = directory("fleet", "atlas");
  mkdirSync(join(submodule, "../.git/modules/atlas"), { recursive: true });
  writeFileSync(join(submodule, ".git"), "gitdir: ../.git/modules/atlas\n");
  expect(session({ cwd: submodule }).fields).toEqual({ project: "atlas" });
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

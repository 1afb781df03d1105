/** Attack class 12: file arguments that lead elsewhere are refused, and nothing is read. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readEnvFile, shown } from "./files.ts";

let home: string;
let root: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "moorage-")));
  root = join(home, "project");
  mkdirSync(join(root, "app"), { recursive: true });
  writeFileSync(join(root, ".env"), "A=1\n", { mode: 0o640 });
  writeFileSync(join(root, "app", "prod.env.local"), "B=2\n");
  writeFileSync(join(home, ".env"), "OUTSIDE=1\n");
});
afterEach(() => rmSync(home, { recursive: true }));

const read = (path: string, roots = [root]) => readEnvFile(path, { cwd: root, roots, stateDir: home });

it("reads .env files below an open folder, by either kind of path", () => {
  expect(read(".env")).toEqual({ path: join(root, ".env"), text: "A=1\n", mode: 0o640 });
  expect(read(join(root, "app", "prod.env.local")).text).toBe("B=2\n");
  expect(shown(join(root, ".env"), root)).toBe(".env");
});

it("follows the way to the open folder itself, which a person named", () => {
  symlinkSync(root, join(home, "link"));
  expect(read(join(home, "link", ".env"), [join(home, "link")])).toMatchObject({ path: join(root, ".env") });
});

it.each([
  ["a step up", "../.env", '".."'],
  ["a step up within the folder", "app/../.env", '".."'],
  ["a file outside", () => join(home, ".env"), "outside"],
  ["a folder whose name only begins like the open one", () => `${root}-other/.env`, "outside"],
  ["another program's environment", "/proc/self/environ", "not named"],
  ["credentials", join(homedir(), ".aws", "credentials"), "not named"],
  ["a home directory's sign", "~/.aws/credentials", "not named"],
  ["a NUL", ".env\0.txt", "not one path"],
  ["a line break", ".env\n", "not one path"],
  ["nothing", "missing.env", "does not exist"],
  ["a folder", "folder.env", "not a regular file"],
  ["a pipe", "pipe.env", "not a regular file"],
  ["a link to a file", "link.env", "symbolic link"],
  ["a link to nothing", "dead.env", "symbolic link"],
  ["a folder behind a link", "linked/.env", "symbolic link"],
  ["bytes that are no text", "latin1.env", "UTF-8"],
  ["more than a person writes", "huge.env", "256 kB"],
])("refuses %s", (_what, path, reason) => {
  mkdirSync(join(root, "folder.env"));
  mkdirSync(`${root}-other`);
  writeFileSync(`${root}-other/.env`, "OUTSIDE=1\n");
  execFileSync("mkfifo", [join(root, "pipe.env")]);
  symlinkSync(join(home, ".env"), join(root, "link.env"));
  symlinkSync(join(home, "gone"), join(root, "dead.env"));
  symlinkSync(home, join(root, "linked"));
  writeFileSync(join(root, "latin1.env"), Buffer.from("A=\xe9\n", "latin1"));
  writeFileSync(join(root, "huge.env"), "A".repeat(300 * 1024));
  const call = () => read(typeof path === "string" ? path : path());
  expect(call).toThrow(expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(reason) }));
});

it("names the flag when no folder is open", () => {
  for (const roots of [[], [join(home, "gone")]]) {
    expect(() => read(".env", roots)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("--import-root") }),
    );
  }
});

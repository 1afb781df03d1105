/** The packed tarball, installed into an empty folder and driven there, as a user has it. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiKey } from "@moorage/shared/api-key";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { connectClient } from "./support/client.ts";
import { memory, openDoor } from "./support/door.ts";

const home = mkdtempSync(join(tmpdir(), "moorage-package-"));
const folder = join(home, "empty");
const installed = join(folder, "node_modules/moorage");
const command = join(folder, "node_modules/.bin/moorage");
const embedded = { MOORAGE_DATA_DIR: join(home, "data"), MOORAGE_CONFIG_DIR: join(home, "config"), HOME: home };

const npm = (cwd: string, ...args: string[]) =>
  execFileSync("npm", [...args, "--cache", join(home, "npm-cache")], { cwd, encoding: "utf8", stdio: "pipe" });

beforeAll(async () => {
  const built = join(home, "built");
  await buildPackage(built);
  mkdirSync(folder);
  const tarball = npm(built, "pack", "--silent", "--pack-destination", home).trim();
  npm(folder, "install", "--offline", "--no-audit", "--no-fund", join(home, tarball));
});
afterAll(() => rmSync(home, { recursive: true }));

const run = (args: string[], env: Record<string, string> = embedded) =>
  spawnSync(command, args, { cwd: folder, encoding: "utf8", env: { PATH: process.env["PATH"] ?? "", ...env } });

describe("the package", () => {
  it("is alone in its folder and at most 1.7 MB, with what moorage up deploys", () => {
    expect(readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["moorage"]);
    const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    expect(bytes).toBeLessThan(1_700_000);
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
  });

  it("tells its version and its commands", () => {
    expect(run(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(run(["--help"]).stdout).toContain("  memory search ");
  });

  it("remembers through one server process and finds it through the next", async () => {
    const first = await connectClient(join(installed, "moorage.js"), embedded);
    const added = await first.call("memory_add", { type: "fact", content: "The staging server is called heron." });
    expect(added.isError).toBeUndefined();
    await first.close();
    const second = await connectClient(join(installed, "moorage.js"), embedded);
    const { structuredContent } = await second.call("memory_search", { query: "staging" });
    await second.close();
    expect(structuredContent["memories"]).toMatchObject([{ content: "The staging server is called heron." }]);
  });

  it("leaves no trace before the first call", async () => {
    const dataDir = join(home, "untouched");
    const server = await connectClient(join(installed, "moorage.js"), { ...embedded, MOORAGE_DATA_DIR: dataDir });
    await server.list();
    await server.close();
    expect(readdirSync(home)).not.toContain("untouched");
  });
});

describe("a command", () => {
  it("makes one call and prints its answer as JSON", () => {
    const add = run(["memory", "add", "Ben likes tea.", "--type", "preference", "--tags", "ben", "--tags", "tea"]);
    expect(add.stderr).toBe("");
    const { memory: added } = JSON.parse(add.stdout);
    expect(added).toMatchObject({ type: "preference", content: "Ben likes tea.", tags: ["ben", "tea"] });
    const got = run(["memory", "get", added.id]);
    expect(JSON.parse(got.stdout)).toMatchObject({
      untrusted: { fields: ["memory.content", "memory.tags"] },
      memory: added,
    });
  });

  it("of three words takes the rest as its argument", () => {
    const appended = run(["memory", "log", "append", "Looked at the logs."]);
    expect(JSON.parse(appended.stdout)).toMatchObject({ entry: { content: "Looked at the logs." } });
  });

  it("takes all of its fields as JSON", () => {
    const add = run(["memory", "add", "--json", '{"type":"note","content":"x","importance":5}']);
    expect(JSON.parse(add.stdout)).toMatchObject({ memory: { content: "x", importance: 5 } });
  });

  it("without its verb lists those that there are", () => {
    for (const words of [["memory"], ["memory", "--help"]]) {
      const { status, stdout } = run(words);
      expect(status).toBe(0);
      expect(stdout).toMatch(/^ {2}moorage memory add {2,}Remember something$/m);
    }
    expect(run(["memory", "log"]).stdout).not.toContain("memory add");
  });

  it("with --help lists its fields", () => {
    const { status, stdout } = run(["memory", "add", "--help"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^ {2}--type fact\|preference\|decision\|note {2,}required; also without its name, second$/m,
    );
    expect(stdout).toMatch(/^ {2}--content TEXT {2,}required; also without its name$/m);
    expect(stdout).toMatch(/^ {2}--occurred-at TEXT/m);
    expect(stdout).not.toContain("op-id");
    expect(run(["--help"]).stdout).toContain("moorage memory add --help");
  });

  it("clears a field that may be null", () => {
    const add = run(["memory", "add", "Tea at four.", "--type", "note", "--project", "null-test"]);
    const { memory: added } = JSON.parse(add.stdout);
    expect(added.project).toBe("null-test");
    const update = run(["memory", "update", added.id, "--project", "null"]);
    expect(JSON.parse(update.stdout).memory).not.toHaveProperty("project");
  });

  it("that fails for the backend's sake says each thing once, and the request's id", () => {
    const dataDir = join(home, "damaged");
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, "moorage.db"), "This was never a database.".repeat(1000));
    const { status, stderr } = run(["memory", "list"], { ...embedded, MOORAGE_DATA_DIR: dataDir });
    expect(status).toBe(1);
    expect(stderr.match(/The database file is damaged\./g)).toHaveLength(1);
  });

  it("whose backend is away says under which id to look", () => {
    const away = { HOME: home, MOORAGE_URL: "http://127.0.0.1:1", MOORAGE_API_KEY: createApiKey().text };
    expect(run(["memory", "list"], away).stderr).toMatch(/request [0-9a-f-]{36}\)/);
  });

  it.each([
    [["memory", "drop"], 'there is no command "memory drop"; moorage --help lists them'],
    [["memory", "get", "--colour", "red"], "unknown option --colour; moorage --help lists them"],
    [["memory", "get", "a", "b"], 'unexpected "b"; put quotes around an argument of several words'],
    [["memory", "add", "--json", "[]"], "--json must be one JSON object"],
    [["memory", "add", "x", "--type", "poem"], 'type: must be one of "fact", "preference", "decision", "note"'],
    [["memory", "list", "--limit", "many"], "limit: must be a number"],
  ])("%j is refused on standard error with exit code 1", (args, message) => {
    const { status, stdout, stderr } = run(args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr.split("\n")[0]).toBe(`moorage: ${message}`);
  });

  it("uses a Moorage elsewhere when its address and key are set", async () => {
    const door = await openDoor({ "memory:get": () => ({ memory }) });
    const { call, close } = await connectClient(join(installed, "moorage.js"), { ...door.env, HOME: home });
    expect((await call("memory_get", { id: "m1" })).structuredContent).toMatchObject({ memory });
    await close();
    door.close();
  });
});

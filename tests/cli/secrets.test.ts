import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { type Home, moorage } from "./support/command.ts";
import { noTerminal, startTerminal } from "./support/terminal.ts";

const built = mkdtempSync(join(tmpdir(), "moorage-cli-built-"));
let entry: string;
beforeAll(async () => {
  ({ entry } = await buildPackage(join(built, "dist")));
});
afterAll(() => rmSync(built, { recursive: true }));

let root: string;
let home: Home;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "moorage-cli-"));
  home = { dataDir: join(root, "data"), configDir: join(root, "config") };
});
afterEach(() => rmSync(root, { recursive: true }));

const run = (...words: string[]) => moorage(home, words);
const json = async (...words: string[]) => JSON.parse((await run(...words)).stdout);
const set = (stdin: string, ...words: string[]) => moorage(home, ["secret", "set", ...words], { stdin });

/** What a person would get by an export, at a terminal, where there is one. */
async function exported(): Promise<Record<string, string>> {
  const file = join(root, `export-${Math.random()}.json`);
  const terminal = atTerminal("secret", "export", "--format", "json", "--out", file);
  await terminal.sees("[y/N]");
  terminal.type("y\n");
  expect(await terminal.exited).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  return JSON.parse(readFileSync(file, "utf8"));
}

const atTerminal = (...words: string[]) =>
  startTerminal([process.execPath, entry, ...words], {
    MOORAGE_DATA_DIR: home.dataDir,
    MOORAGE_CONFIG_DIR: home.configDir,
    XDG_CACHE_HOME: root,
  });

describe("secret set", () => {
  it("takes the value from standard input, at the place that is named, and shows none", async () => {
    const answer = await set("canary-value\n", "API_KEY", "--agent", "scout");
    expect(answer.code).toBe(0);
    expect(answer.stdout + answer.stderr).not.toContain("canary-value");
    expect(await json("secret", "list")).toMatchObject({
      secrets: [{ name: "API_KEY", level: "agent", agent: "scout", version: 1, bytes: "canary-value".length }],
    });
  });

  it("sees that the value is the one that was there", async () => {
    await set("same", "API_KEY");
    expect(JSON.parse((await set("same", "API_KEY")).stdout)).toMatchObject({ changed: false, secret: { version: 1 } });
  });

  it.each([
    [["api-key"], "x", "NAME must be 1 to 128 letters"],
    [["MOORAGE_API_KEY"], "x", "MOORAGE_API_KEY is what opens this store"],
    [["API_KEY", "--level", "agent"], "x", "--level agent needs --agent NAME"],
    [["API_KEY", "--level", "global", "--agent", "a"], "x", "--agent does not go with --level global"],
    [["API_KEY", "--level", "moon"], "x", '--level has no "moon"; choose from agent, default, global'],
    [["API_KEY", "--rotate-after", "5h"], "x", "--rotate-after must be a number of days such as 90d"],
    [["API_KEY"], "", "there was no value on standard input"],
    [["API_KEY"], "x".repeat(65 * 1024 + 1), "the value on standard input must be at most 65536 bytes"],
    [["API_KEY", "hunter2"], "x", 'unexpected "hunter2"; see moorage secret set --help'],
  ])("%j is refused in one sentence, and nothing is kept", async (words, stdin, message) => {
    const { code, stdout, stderr } = await set(stdin, ...words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`moorage: ${message}`);
    expect(await json("secret", "list")).toEqual({ secrets: [] });
  });
});

describe("secret versions and restore", () => {
  it("show what there was, never its value, and bring it back as a new version", async () => {
    await set("first-canary", "API_KEY");
    await set("second-canary", "API_KEY");
    const { stdout } = await moorage(home, ["secret", "versions", "API_KEY"], { terminal: true });
    expect(stdout).toMatch(/^VERSION +SET +BY KEY +SOURCE +BYTES +KEPT UNTIL$/m);
    expect(stdout).toMatch(/^2 .* typed +13 +-$/m);
    expect(stdout).toMatch(/^1 .* typed +12 +\S+ \S+Z$/m);
    expect(await json("secret", "restore", "API_KEY", "--version", "1")).toMatchObject({ secret: { version: 3 } });
    expect(stdout + (await run("secret", "versions", "API_KEY")).stdout).not.toContain("canary");
    expect(await exported()).toEqual({ AGENT_DEFAULT_API_KEY: "first-canary" });
  });

  it.each([
    [["restore", "API_KEY"], "say which with --version N; moorage secret versions API_KEY shows them"],
    [["restore", "API_KEY", "--version", "0"], "say which with --version N"],
    [["restore", "API_KEY", "--version", "7"], "This version of API_KEY is no longer kept."],
    [["versions", "NO_SUCH"], 'There is no secret "NO_SUCH" at the level "default".'],
  ])("%j is refused in one sentence", async (words, message) => {
    await set("one", "API_KEY");
    const { code, stdout, stderr } = await run("secret", ...words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`moorage: ${message}`);
  });
});

describe("secret list", () => {
  it("is a table at a terminal, where equal values carry the same number", async () => {
    await set("one", "A");
    await set("one", "B", "--level", "global");
    await set("two", "C");
    const { stdout } = await moorage(home, ["secret", "list"], { terminal: true });
    expect(stdout).toMatch(/^A +default +- +1 +\S+ \S+Z +- +- +#1$/m);
    expect(stdout).toMatch(/^B +global .* #1$/m);
    expect(stdout).toMatch(/^C +default .* -$/m);
  });
});

describe("secret delete, without a terminal", () => {
  it("waits for a person, and deletes when it is called again after their yes", async () => {
    await set("x", "API_KEY");
    const first = await run("secret", "delete", "API_KEY");
    expect(first.code).toBe(1);
    const { approvalId } = JSON.parse(first.stdout);
    const { approvals } = await json("approve");
    expect(approvals).toMatchObject([{ id: approvalId, status: "waiting" }]);
    const unasked = await run("approve", approvalId);
    expect(unasked.code).toBe(1);
    expect(unasked.stderr).toContain(`--yes ${approvals[0].digest}`);
    expect((await json("secret", "list")).secrets).toHaveLength(1);
    await run("approve", approvalId, "--yes", approvals[0].digest);
    expect(await json("secret", "delete", "API_KEY")).toEqual({ status: "deleted" });
    expect(await json("secret", "list")).toEqual({ secrets: [] });
  });

  it("does not happen by the digest of something else", async () => {
    await set("x", "API_KEY");
    const { approvalId } = await json("secret", "delete", "API_KEY");
    const other = await run("approve", approvalId, "--yes", "A".repeat(43));
    expect(other.stderr).toContain("digest: is not of what this approval is about");
    expect(await json("secret", "delete", "API_KEY")).toMatchObject({ status: "waiting_for_user", approvalId });
  });

  it("does not happen after a no", async () => {
    await set("x", "API_KEY");
    const { approvalId } = await json("secret", "delete", "API_KEY");
    expect(await json("approve", approvalId, "--decline")).toMatchObject({ approval: { status: "declined" } });
    expect((await run("secret", "delete", "API_KEY")).stderr).toContain("A person declined this.");
    expect((await json("secret", "list")).secrets).toHaveLength(1);
  });

  it("with --dry-run says who resolved it, and changes nothing", async () => {
    await set("x", "API_KEY");
    expect(await json("secret", "delete", "API_KEY", "--dry-run")).toMatchObject({ status: "dry_run", resolvedBy: [] });
    expect(await json("approve")).toEqual({ approvals: [] });
  });
});

describe.skipIf(noTerminal)(`at a terminal${noTerminal === undefined ? "" : ` (${noTerminal})`}`, () => {
  it("a value is typed unseen", async () => {
    const terminal = atTerminal("secret", "set", "API_KEY");
    await terminal.sees("Value of API_KEY: ");
    terminal.type("canary-valxx\u007f\u007fue\r");
    expect(await terminal.exited).toBe(0);
    expect(terminal.screen()).toContain("API_KEY (default) is set; version 1.");
    expect(terminal.screen()).not.toContain("canary");
    expect(await exported()).toEqual({ AGENT_DEFAULT_API_KEY: "canary-value" });
  });

  it("several pasted lines are refused whole, not kept by half", async () => {
    const terminal = atTerminal("secret", "set", "TLS_KEY");
    await terminal.sees("Value of TLS_KEY: ");
    terminal.type("-----BEGIN\rcanary\r-----END\r");
    expect(await terminal.exited).toBe(1);
    expect(terminal.screen()).toContain("give it on standard input instead");
    expect(terminal.screen()).not.toContain("canary");
    expect(await json("secret", "list")).toEqual({ secrets: [] });
  });

  it("Ctrl-C at the prompt sets nothing", async () => {
    const terminal = atTerminal("secret", "set", "API_KEY");
    await terminal.sees("Value of API_KEY: ");
    terminal.type("half\u0003");
    expect(await terminal.exited).not.toBe(0);
    expect(await json("secret", "list")).toEqual({ secrets: [] });
  });

  it("a secret is deleted after a look at it and a yes", async () => {
    await set("x", "API_KEY");
    const terminal = atTerminal("secret", "delete", "API_KEY");
    await terminal.sees('Delete the secret "API_KEY" at the level "default", version 1.');
    await terminal.sees("Approve? [y/N]");
    terminal.type("y\n");
    expect(await terminal.exited).toBe(0);
    expect(await json("secret", "list")).toEqual({ secrets: [] });
  });

  it("what an approval is about is shown before the question, and anything but yes is a no", async () => {
    await set("x", "API_KEY");
    const { approvalId } = await json("secret", "delete", "API_KEY");
    const terminal = atTerminal("approve", approvalId);
    await terminal.sees('Delete the secret "API_KEY"');
    await terminal.sees("Approve? [y/N]");
    terminal.type("\n");
    expect(await terminal.exited).toBe(1);
    expect(terminal.screen()).toContain("Declined; nothing has changed.");
  });

  it("values of several lines come back from an export as they were, by the names that say the level", async () => {
    const key = "-----BEGIN KEY-----\nabc'def\n-----END KEY-----\n";
    await set(key, "TLS_KEY", "--level", "global");
    await set("own", "TOKEN", "--agent", "my_bot");
    expect(await exported()).toEqual({ TLS_KEY: key, AGENT_my_bot_TOKEN: "own" });
  });

  it("an export for one agent has what it gets, under plain names", async () => {
    await set("shared", "API_KEY");
    await set("scout's own", "API_KEY", "--agent", "scout");
    await set("other", "TOKEN", "--agent", "other");
    const terminal = atTerminal("secret", "export", "--format", "dotenv", "--agent", "scout");
    await terminal.sees("Write every value that scout gets in the clear to standard output? [y/N]");
    terminal.type("y\n");
    expect(await terminal.exited).toBe(0);
    expect(terminal.screen()).toContain('API_KEY="scout\'s own"');
    expect(terminal.screen()).not.toMatch(/shared|TOKEN|AGENT_/);
  });

  it("an export is refused where nobody sits", async () => {
    await set("canary", "API_KEY");
    const { code, stdout, stderr } = await run("secret", "export", "--format", "json");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("secrets in the clear are for a person at a terminal");
  });
});

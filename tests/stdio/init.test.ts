/** `moorage init` and `moorage uninstall` on a home directory with clients' files, driven as a user types them. */
import { execFile, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createApiKey } from "@moorage/shared/api-key";
import { AppError } from "@moorage/shared/errors";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { connectClient } from "./support/client.ts";
import { openDoor } from "./support/door.ts";

const built = mkdtempSync(join(tmpdir(), "moorage-init-built-"));
const program = join(built, "dist/moorage.js");
beforeAll(async () => {
  await buildPackage(join(built, "dist"));
});
afterAll(() => rmSync(built, { recursive: true }));

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "moorage-init-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const environment = () => ({
  PATH: `${join(home, "bin")}:/usr/bin:/bin`,
  HOME: home,
  MOORAGE_DATA_DIR: join(home, "data"),
  MOORAGE_CONFIG_DIR: join(home, "config"),
});

const run = (words: string[], node: string[] = [], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [...node, program, ...words], { encoding: "utf8", env: { ...environment(), ...env } });

function put(path: string, text: string, mode = 0o600) {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text, { mode });
}
const read = (path: string) => readFileSync(join(home, path), "utf8");

const NOW = "2026-01-01T00:00:00.000Z";
const CURSOR = ".cursor/mcp.json";
const CODEX = ".codex/config.toml";
const cursorBefore = '{\n  "mcpServers": {\n    "other": { "command": "x" }\n  }\n}\n';
const codexBefore = '# mine\nmodel = "o9"\n';

function putClients() {
  put(CURSOR, cursorBefore);
  put(CODEX, codexBefore);
}

interface Entry {
  command: string;
  args: string[];
  env: Record<string, string>;
}
const cursorEntry = () => (JSON.parse(read(CURSOR)) as { mcpServers: { moorage: Entry } }).mcpServers.moorage;
const connect = ({ args: [entry, ...args], env }: Entry) => connectClient(entry!, { ...env, HOME: home }, args);
const keys = () => (JSON.parse(run(["keys", "list", "--json"]).stdout) as { keys: Key[] }).keys;
const liveKeys = (name: string) => keys().filter((key) => key.name === name && key.status === "live");
interface Key {
  id: string;
  name: string;
  status: string;
  scopes: string[];
}

/** Every file of the home directory but those that are for the owner alone. */
function clientFiles(): string {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  const own = [join(home, "config"), join(home, "data"), join(home, ".cache")];
  return paths
    .filter((path) => !own.some((folder) => path.startsWith(folder)))
    .map((path) => readFileSync(path))
    .join();
}

describe("moorage init", () => {
  it("takes an empty HOME for none, and finds the home that the system knows", () => {
    const { stdout, stderr } = run(["init", "--print", "--client", "cursor"], [], { HOME: "" });
    expect(stdout + stderr).toContain(join(userInfo().homedir, CURSOR));
  });

  it("finds the clients, shows what it will change, and writes entries that start the server", async () => {
    putClients();
    const { status, stdout, stderr } = run(["init", "--yes"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(`Cursor: changes ${join(home, CURSOR)}`);
    expect(stdout).toMatch(/^ {2}\+ .*"moorage"/m);
    expect(stdout).not.toContain("Zed");
    expect(cursorEntry().command).toBe(process.execPath);
    const client = await connect(cursorEntry());
    const { structuredContent } = await client.call("memory_add", { type: "fact", content: "From Cursor." });
    await client.close();
    expect(structuredContent).toMatchObject({ memory: { content: "From Cursor." } });
    expect(read(CODEX)).toContain("startup_timeout_sec = 30");
  });

  it("gives each client a key of its own, and puts none into a client's file", () => {
    putClients();
    run(["init", "--yes"]);
    expect(keys().map(({ name }) => name)).toEqual(expect.arrayContaining(["cursor", "codex"]));
    expect(clientFiles()).toContain("moorage.js");
    expect(clientFiles()).not.toMatch(/moor_[A-Za-z0-9]/);
  });

  it("run twice changes nothing the second time", () => {
    putClients();
    run(["init", "--yes"]);
    const before = [read(CURSOR), read(CODEX), JSON.stringify(keys())];
    const { status, stdout } = run(["init", "--yes"]);
    expect(status).toBe(0);
    expect(stdout).toContain("its entry is there");
    expect([read(CURSOR), read(CODEX), JSON.stringify(keys())]).toEqual(before);
  });

  it("makes a new key where a client's has ended, and says so before", async () => {
    putClients();
    run(["init", "--yes"]);
    run(["keys", "revoke", keys().find(({ name }) => name === "cursor")!.id]);
    const { status, stdout } = run(["init", "--yes"]);
    expect(status).toBe(0);
    expect(stdout.match(/gets a new key/g)).toHaveLength(1);
    const client = await connect(cursorEntry());
    expect(await client.call("memory_list", {})).not.toMatchObject({ isError: true });
    await client.close();
  });

  it("leads an entry that is there to another Moorage when it is asked to", () => {
    putClients();
    run(["init", "--yes"]);
    const profile = join(home, "config/profile-cursor.json");
    const elsewhere = { ...JSON.parse(readFileSync(profile, "utf8")), address: "https://moorage.example.com" };
    writeFileSync(profile, JSON.stringify(elsewhere));
    expect(run(["init", "--yes"]).stdout).toContain("for the Moorage of this machine");
    expect(JSON.parse(readFileSync(profile, "utf8"))).not.toHaveProperty("address");
  });

  it("takes a key that stands in an entry out of the file, and says where the client leads from then on", async () => {
    const { text } = createApiKey();
    const env = { MOORAGE_URL: "https://moorage.example.com", MOORAGE_API_KEY: text, TOKEN: "mine" };
    const pasted = { mcpServers: { moorage: { command: process.execPath, args: [program], env } } };
    put(CURSOR, JSON.stringify(pasted));
    const { status, stdout } = run(["init", "--yes"]);
    expect(status).toBe(0);
    expect(stdout).toContain("takes the key out of this file; it is not ended");
    expect(stdout).toContain("gets a new key, for the Moorage of this machine, instead of https://moorage.example.com");
    expect(clientFiles()).not.toContain(text);
    expect(stdout).not.toContain(text);
    expect(cursorEntry().env).toMatchObject({ TOKEN: "mine" });
    const client = await connect(cursorEntry());
    expect(await client.call("memory_list", {})).not.toMatchObject({ isError: true });
    await client.close();
    expect(run(["init", "--yes"]).stdout).toContain("its entry is there");
  });

  it("gives the file back as it was before the entry, with a key pasted into it in between", () => {
    putClients();
    run(["init", "--yes", "--client", "cursor"]);
    const pasted = createApiKey().text;
    put(CURSOR, read(CURSOR).replace('"env": {', `"env": {\n        "MOORAGE_API_KEY": "${pasted}",`));
    expect(read(CURSOR)).toContain(pasted);
    run(["init", "--yes", "--client", "cursor"]);
    expect(clientFiles()).not.toMatch(/moor_[A-Za-z0-9]/);
    run(["uninstall", "--yes"]);
    expect(read(CURSOR)).toBe(cursorBefore);
  });

  it("with --read-only makes a key that can write nothing, whatever the client sends", async () => {
    putClients();
    run(["init", "--yes", "--client", "cursor", "--read-only"]);
    const entry = cursorEntry();
    expect(entry.args).toContain("--read-only");
    const client = await connect({ ...entry, args: entry.args.filter((arg) => arg !== "--read-only") });
    const answer = await client.call("memory_add", { type: "fact", content: "x" });
    await client.close();
    expect(answer).toMatchObject({ isError: true, structuredContent: { code: "missing_scope" } });
  });

  it("only looks with --print, and gives the links", () => {
    putClients();
    const { stdout } = run(["init", "--print"]);
    expect(stdout).toContain("cursor://anysphere.cursor-deeplink/mcp/install?name=moorage");
    expect(read(CURSOR)).toBe(cursorBefore);
    expect(existsSync(join(home, "config"))).toBe(false);
  });

  it("with --print gives no link for a client that has another server of our name", () => {
    put(CURSOR, '{"mcpServers": {"moorage": {"command": "/bin/boat"}}}');
    const { status, stdout } = run(["init", "--print", "--client", "cursor"]);
    expect(status).toBe(1);
    expect(stdout).toContain('another server named "moorage"');
    expect(stdout).not.toContain("cursor://");
  });

  it("takes a client's name in capital letters, too", () => {
    putClients();
    expect(run(["init", "--yes", "--client", "Cursor"])).toMatchObject({ status: 0, stderr: "" });
    expect(run(["uninstall", "--yes", "--client", "CURSOR"])).toMatchObject({ status: 0, stderr: "" });
    expect(read(CURSOR)).toBe(cursorBefore);
  });

  it("without anybody to ask changes nothing and says which option to add", () => {
    putClients();
    const { status, stderr } = run(["init"]);
    expect(status).toBe(1);
    expect(stderr).toContain("add --yes");
    expect(read(CURSOR)).toBe(cursorBefore);
  });

  it("does the others where one client's file cannot be read, and ends with 1", () => {
    putClients();
    put(CURSOR, "{ broken");
    const { status, stdout } = run(["init", "--yes"]);
    expect(status).toBe(1);
    expect(stdout).toContain(`Cursor: ${join(home, CURSOR)} cannot be changed safely: line 1 is not valid JSON`);
    expect(read(CURSOR)).toBe("{ broken");
    expect(read(CODEX)).toContain("[mcp_servers.moorage]");
  });

  it.each([
    [["--client", "emacs"], '--client has no "emacs"; choose from claude-code,'],
    [[], "no MCP client was found in"],
    [
      ["--client", "cursor", "--remote", "https://m.example.com"],
      "first run moorage login --url https://m.example.com",
    ],
    [["--client", "cursor", "--remote", "http://m.example.com"], "must begin with https://, or others"],
  ])("%j is refused in one sentence", (words, said) => {
    const { status, stderr } = run(["init", "--yes", ...words]);
    expect(status).toBe(1);
    expect(stderr).toContain(said);
  });

  it("lets Claude Code's own program do it where there is one", () => {
    put("bin/claude", `#!/bin/sh\nfor word in "$@"; do echo "$word" >> ${home}/told; done\n`, 0o755);
    expect(run(["init", "--yes", "--client", "claude-code"]).status).toBe(0);
    const told = read("told").trim().split("\n");
    expect(told.slice(0, 5)).toEqual(["mcp", "add-json", "--scope", "user", "moorage"]);
    expect(JSON.parse(told[5]!)).toMatchObject({ command: process.execPath });
  });

  it("does it itself where that program does not, and shows its words without what may be a key", () => {
    const key = "sk-ant-0123456789abcdefghij";
    put("bin/claude", `#!/bin/sh\necho "no such scope ${key}" >&2; exit 1\n`, 0o755);
    const { status, stdout } = run(["init", "--yes", "--client", "claude-code"]);
    expect(status).toBe(0);
    expect(stdout).toContain("claude left");
    expect(stdout).toContain("Claude Code: waits for claude, 15 seconds at most.");
    expect(stdout).toContain("and said “no such scope …”; moorage has changed it itself.");
    expect(stdout).not.toContain(key);
    expect(JSON.parse(read(".claude.json"))).toHaveProperty("mcpServers.moorage.command", process.execPath);
    expect(run(["init", "--yes"]).stdout).toContain("its entry is there");
    expect(run(["uninstall", "--yes"]).status).toBe(0);
    expect(existsSync(join(home, ".claude.json"))).toBe(false);
  });

  it("believes that program when the entry is there, whatever form it has given it", () => {
    const kept = '{"type":"stdio","env":{},"command":"%s","args":["%s","--profile","claude-code"]}';
    const filled = kept.replace("%s", process.execPath).replace("%s", program);
    put("bin/claude", `#!/bin/sh\necho '{"mcpServers":{"moorage":${filled}}}' > ${home}/.claude.json\n`, 0o755);
    const env = { MOORAGE_DATA_DIR: "", MOORAGE_CONFIG_DIR: "" };
    expect(run(["init", "--yes", "--client", "claude-code"], [], env).stdout).not.toContain("claude left");
    expect(run(["init", "--yes"], [], env).stdout).toContain("its entry is there");
  });

  it("says so where an entry that was narrowed by hand gets a key that can change nothing", () => {
    putClients();
    run(["init", "--yes", "--client", "cursor"]);
    put(CURSOR, read(CURSOR).replace('"cursor"', '"cursor", "--read-only"').replace(process.execPath, "/old/node"));
    expect(run(["init", "--yes", "--client", "cursor"]).stdout).toContain("and gets a new key");
    const own = keys().filter(({ name, status }) => name === "cursor" && status === "live");
    expect(own.flatMap(({ scopes }) => scopes)).not.toContain("memory:write");
  });

  it("keeps an entry that only looks so, and its key that can write nothing", () => {
    putClients();
    run(["init", "--yes", "--client", "cursor", "--read-only"]);
    const before = read(CURSOR);
    expect(run(["init", "--yes", "--client", "cursor"]).stdout).toContain("its entry is there");
    expect(read(CURSOR)).toBe(before);
    const own = keys().filter(({ name, status }) => name === "cursor" && status === "live");
    expect(own.flatMap(({ scopes }) => scopes)).not.toContain("memory:write");
  });

  it("finds Claude Code where its own variable has put it", () => {
    const moved = { CLAUDE_CONFIG_DIR: join(home, "elsewhere") };
    put("elsewhere/.claude.json", "{}\n");
    expect(run(["init", "--yes", "--skill"], [], moved).stdout).toContain(join(home, "elsewhere/.claude.json"));
    expect(read("elsewhere/.claude.json")).toContain("moorage.js");
    expect(existsSync(join(home, "elsewhere/skills/moorage/SKILL.md"))).toBe(true);
    expect(run(["uninstall", "--yes"]).status).toBe(0);
    expect(read("elsewhere/.claude.json")).toBe("{}\n");
    expect(existsSync(join(home, "elsewhere/skills"))).toBe(false);
  });

  it("installs the skill where it is asked to, and takes it back", () => {
    putClients();
    run(["init", "--yes", "--skill"]);
    expect(read(".cursor/skills/moorage/SKILL.md")).toContain("name: moorage");
    run(["uninstall", "--yes"]);
    expect(existsSync(join(home, ".cursor/skills/moorage"))).toBe(false);
  });

  it("takes the skill back out of a folder that is a link, and leaves the link", () => {
    putClients();
    mkdirSync(join(home, "dotfiles"));
    mkdirSync(join(home, ".cursor/skills"));
    symlinkSync(join(home, "dotfiles"), join(home, ".cursor/skills/moorage"));
    run(["init", "--yes", "--skill", "--client", "cursor"]);
    expect(readdirSync(join(home, "dotfiles"))).toEqual(["SKILL.md"]);
    expect(run(["uninstall", "--yes"])).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(join(home, ".cursor/skills/moorage"))).toEqual([]);
  });

  it("keeps a skill of that name that is somebody's own, and one that was changed since", () => {
    const skill = ".claude/skills/moorage/SKILL.md";
    put(skill, "mine\n");
    const install = ["init", "--yes", "--client", "claude-code", "--skill"];
    expect(run(install).stdout).toContain(`replaces the skill ${join(home, skill)}`);
    run(["uninstall", "--yes"]);
    expect(read(skill)).toBe("mine\n");
    rmSync(join(home, skill));
    run(install);
    put(skill, "changed\n");
    expect(run(["uninstall", "--yes"]).stdout).toContain("was changed since; it stays");
    expect(read(skill)).toBe("changed\n");
  });
});

describe("a backup of somebody else's", () => {
  it("beside a client's file or the skill is never written over, nor taken away", () => {
    putClients();
    const skill = ".cursor/skills/moorage/SKILL.md";
    const install = ["init", "--yes", "--skill", "--client", "cursor"];
    put(`${CURSOR}.moorage-backup`, "theirs");
    expect(run(install)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("is there already. Move it aside"),
    });
    rmSync(join(home, `${CURSOR}.moorage-backup`));
    put(skill, "mine\n");
    put(`${skill}.moorage-backup`, "theirs");
    expect(run(install)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("is there already. Move it aside"),
    });
    expect(liveKeys("cursor")).toEqual([]);
    rmSync(join(home, skill));
    expect(run(install).status).toBe(0);
    expect(run(["uninstall", "--yes"]).status).toBe(0);
    expect(read(`${skill}.moorage-backup`)).toBe("theirs");
    expect(read(CURSOR)).toBe(cursorBefore);
  });
});

describe("several at once", () => {
  const start = (words: string[]) =>
    new Promise<{ stdout: string; stderr: string }>((done) => {
      execFile(process.execPath, [program, ...words], { env: environment() }, (_, stdout, stderr) =>
        done({ stdout, stderr }),
      );
    });

  it("leave one live key, the one that is kept, and uninstall ends it", async () => {
    putClients();
    run(["keys", "list"]);
    const init = ["init", "--yes", "--client", "cursor"];
    const ends = await Promise.all([init, init, init, init].map(start));
    expect(ends.some(({ stdout }) => stdout.includes("Cursor: done."))).toBe(true);
    for (const { stderr } of ends) expect(stderr).toMatch(/^$|Another moorage init|was changed by another program/);
    expect(liveKeys("cursor")).toHaveLength(1);
    expect(read("config/profile-cursor.json")).toContain(liveKeys("cursor")[0]!.id);
    run(["uninstall", "--yes"]);
    expect(liveKeys("cursor")).toEqual([]);
  });

  it("are refused while one is at it", () => {
    putClients();
    run(["init", "--yes", "--client", "cursor"]);
    const lock = new DatabaseSync(join(home, "config/clients.lock"));
    lock.exec("BEGIN EXCLUSIVE");
    const busy = "Another moorage init or uninstall is running on this machine.";
    expect(run(["uninstall", "--yes"])).toMatchObject({ status: 1, stderr: expect.stringContaining(busy) });
    expect(run(["init", "--yes"])).toMatchObject({ status: 1, stderr: expect.stringContaining(busy) });
    lock.close();
    expect(liveKeys("cursor")).toHaveLength(1);
  });

  it("or alone, where the file is refused after all, leave no key", () => {
    putClients();
    put(
      "changer.cjs",
      `const fs = require("node:fs"); const real = fs.renameSync;
fs.renameSync = (from, to) => {
  real(from, to);
  if (to.endsWith("profile-cursor.json")) fs.writeFileSync(${JSON.stringify(join(home, CURSOR))}, "{}");
};`,
    );
    const changer = ["--require", join(home, "changer.cjs")];
    const { status, stderr } = run(["init", "--yes", "--client", "cursor"], changer);
    expect(status).toBe(1);
    expect(stderr).toContain("was changed by another program meanwhile");
    expect(liveKeys("cursor")).toEqual([]);
    expect(readdirSync(join(home, "config")).filter((name) => name.includes("cursor"))).toEqual([]);
  });
});

describe("a client's file or a Moorage that will not do", () => {
  const person = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

  /** As somebody whom permissions bind. */
  function runBound(words: string[]) {
    const paths = readdirSync(home, { recursive: true }).map((path) => join(home, String(path)));
    if (person !== undefined) for (const path of [home, ...paths]) chownSync(path, person.uid, person.gid);
    return spawnSync(process.execPath, [program, ...words], { encoding: "utf8", env: environment(), ...person });
  }

  it.each([
    ["the file", () => chmodSync(join(home, CURSOR), 0o400)],
    ["its folder", () => chmodSync(join(home, ".cursor"), 0o500)],
  ])("may not be written: %s is named, and nothing is made", (_, protect) => {
    putClients();
    for (const path of [built, join(built, "dist"), join(built, "dist/parts")]) chmodSync(path, 0o755);
    protect();
    const { status, stdout } = runBound(["init", "--yes", "--client", "cursor"]);
    chmodSync(join(home, ".cursor"), 0o700);
    expect(status).toBe(1);
    expect(stdout).toMatch(/Cursor: \S+\.cursor\S* cannot be read and written by this user\./);
    expect(read(CURSOR)).toBe(cursorBefore);
    expect(existsSync(join(home, "config"))).toBe(false);
  });

  it("is not reached, or does not take the key: it is named with the next step", async () => {
    putClients();
    const refusing = await openDoor({
      "keys:list": () => ({ keys: [] }),
      "keys:create": () => {
        throw new AppError("unauthenticated");
      },
    });
    const logIn = (address: string) =>
      put("config/profile-default.json", JSON.stringify({ address, apiKey: createApiKey().text }));
    const enter = (address: string) =>
      new Promise<string>((done) => {
        const words = [program, "init", "--yes", "--client", "cursor", "--remote", address];
        execFile(process.execPath, words, { env: environment() }, (_, __, stderr) => done(stderr));
      });
    logIn("http://127.0.0.1:1");
    expect(await enter("http://127.0.0.1:1")).toContain(
      "Cursor: http://127.0.0.1:1 does not answer. See that the network",
    );
    const address = refusing.env.MOORAGE_URL;
    logIn(address);
    expect(await enter(address)).toContain(`has ended. Run \`moorage login --url ${address}\`, then this again`);
    refusing.close();
    expect(read(CURSOR)).toBe(cursorBefore);
  });

  it("gets another key: the one for the Moorage before ends, and a person's own is left", async () => {
    putClients();
    run(["init", "--yes", "--client", "cursor"]);
    const made = createApiKey();
    const key = { id: made.keyId, name: "cursor", kind: "key", status: "live", createdAt: NOW, usedFrom: [] };
    const persons = createApiKey();
    const other = await openDoor({
      "keys:list": () => ({ keys: [{ ...key, id: persons.keyId, scopes: ["keys:admin"] }] }),
      "keys:create": () => ({ key: { ...key, scopes: ["memory:read"] }, text: made.text }),
      "keys:revoke": () => ({}),
    });
    const address = other.env.MOORAGE_URL;
    const login = JSON.stringify({ address, apiKey: persons.text });
    const enter = () =>
      new Promise<string>((done) => {
        const words = [program, "init", "--yes", "--client", "cursor", "--remote", address];
        execFile(process.execPath, words, { env: environment() }, (_, __, stderr) => done(stderr));
      });
    put("config/profile-default.json", login);
    expect(await enter()).toBe("");
    expect(keys().filter(({ name, status }) => name === "cursor" && status === "live")).toEqual([]);
    put("config/profile-cursor.json", login);
    expect(await enter()).toContain("Cursor: The profile cursor holds a key of a person's. Log in under another name");
    other.close();
    expect(other.calls.map(({ path }) => path)).not.toContain("keys:revoke");
    expect(read("config/profile-cursor.json")).toBe(login);
  });

  it("has no home: that is said, and none is made", () => {
    const { status, stderr } = run(["init", "--yes"], [], { HOME: join(home, "nowhere") });
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining("nowhere is not there") });
    expect(existsSync(join(home, "nowhere"))).toBe(false);
  });
});

describe("moorage uninstall", () => {
  it("gives every file back as it was, and ends the keys", () => {
    putClients();
    run(["init", "--yes"]);
    const { status, stdout } = run(["uninstall", "--yes"]);
    expect(status).toBe(0);
    expect(stdout).toContain("Cursor: taken out, and its key has ended.");
    expect([read(CURSOR), read(CODEX)]).toEqual([cursorBefore, codexBefore]);
    expect(keys().filter(({ name, status }) => name === "cursor" && status === "live")).toEqual([]);
    expect(readdirSync(join(home, ".cursor"))).toEqual(["mcp.json"]);
    expect(run(["uninstall", "--yes"]).stdout).toContain("has written nothing here");
  });

  it("leaves no trace in a home that had none", () => {
    const clients = [
      "claude-code",
      "claude-desktop",
      "cursor",
      "vscode",
      "codex",
      "windsurf",
      "zed",
      "gemini",
      "mcporter",
    ];
    run(["init", "--yes", "--skill", "--client", clients.join()]);
    const { status, stdout } = run(["uninstall", "--yes"]);
    expect(status).toBe(0);
    expect(stdout).toContain(`Cursor: removes ${join(home, CURSOR)}`);
    expect(stdout).not.toMatch(/^ {2}\+/m);
    expect(readdirSync(home).sort()).toEqual([".cache", "config", "data"]);
  });

  it("passes over a damaged note, which doctor names, and takes the others out", () => {
    putClients();
    run(["init", "--yes"]);
    put("config/client-cursor.json", "{");
    const { findings } = JSON.parse(run(["doctor", "--json"]).stdout) as {
      findings: { check: string; command: string }[];
    };
    const note = join(home, "config/client-cursor.json");
    expect(findings.find(({ check }) => check === "note cursor")?.command).toBe(`mv ${note} ${note}.aside`);
    const { status, stdout, stderr } = run(["uninstall", "--yes"]);
    expect(status).toBe(1);
    expect(stderr).toContain(`${note} is damaged.`);
    expect(stdout).toContain("Codex: taken out");
    expect(read(CODEX)).toBe(codexBefore);
    expect(run(["uninstall", "--yes"]).stderr).toContain(`${note} is damaged.`);
  });

  it("leaves the note of a client that it does not know, and is not misled by a name that no client has", () => {
    putClients();
    run(["init", "--yes", "--client", "cursor"]);
    put("config/client-newer.json", read("config/client-cursor.json"));
    expect(run(["uninstall", "--yes"])).toMatchObject({ status: 0, stderr: "" });
    expect(existsSync(join(home, "config/client-newer.json"))).toBe(true);
    expect(existsSync(join(home, "config/client-cursor.json"))).toBe(false);
    for (const name of ["newer", "constructor"])
      expect(run(["uninstall", "--yes", "--client", name]).stderr).toContain(`has written nothing for "${name}"`);
  });

  it("says once what is in the way of one client, and takes the others out", () => {
    putClients();
    run(["init", "--yes"]);
    put(CURSOR, "{ broken");
    const { status, stdout, stderr } = run(["uninstall", "--yes"]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout.match(/cannot be changed safely/g)).toHaveLength(1);
    expect(read(CODEX)).toBe(codexBefore);
    expect(liveKeys("cursor")).toHaveLength(1);
    expect(run(["uninstall"])).toMatchObject({ status: 1, stderr: "" });
  });

  it("leaves what somebody else put there since", () => {
    putClients();
    run(["init", "--yes", "--client", "cursor"]);
    const text = JSON.parse(read(CURSOR)) as { mcpServers: object };
    put(CURSOR, JSON.stringify({ ...text, mcpServers: { ...text.mcpServers, new: {} } }));
    run(["uninstall", "--yes"]);
    expect(JSON.parse(read(CURSOR))).toEqual({ mcpServers: { other: { command: "x" }, new: {} } });
  });
});

describe("killed while it writes", () => {
  /** Ends the process at the rename that would put the file in place, or right after. */
  const killer = (when: "before" | "after", file = "mcp.json") => {
    put(
      "killer.cjs",
      `const fs = require("node:fs"); const real = fs.renameSync;
fs.renameSync = (from, to) => {
  if (!to.endsWith("${file}")) return real(from, to);
  ${when === "after" ? "real(from, to);" : ""}
  process.kill(process.pid, "SIGKILL");
};`,
    );
    return ["--require", join(home, "killer.cjs")];
  };

  it.each(["before", "after"] as const)("%s the rename, the file is whole, and a second run completes it", (when) => {
    putClients();
    expect(run(["init", "--yes", "--client", "cursor"], killer(when)).signal).toBe("SIGKILL");
    const { mcpServers } = JSON.parse(read(CURSOR)) as { mcpServers: object };
    expect("moorage" in mcpServers).toBe(when === "after");
    expect(run(["init", "--yes", "--client", "cursor"]).status).toBe(0);
    expect(cursorEntry().args).toContain("--profile");
    expect(keys().filter(({ name, status }) => name === "cursor" && status === "live")).toHaveLength(1);
    run(["uninstall", "--yes"]);
    expect(read(CURSOR)).toBe(cursorBefore);
  });

  const init = ["init", "--yes", "--client", "cursor"];

  it("with a key made that it has not kept yet, the next init ends that one, and no other", () => {
    putClients();
    run(["keys", "create", "cursor", "--scopes", "memory:read"]);
    expect(run(init, killer("before", "profile-cursor.json")).signal).toBe("SIGKILL");
    expect(liveKeys("cursor")).toHaveLength(2);
    expect(run(init).stdout).toContain("Cursor: done.");
    expect(liveKeys("cursor")).toHaveLength(2);
    expect(run(["uninstall", "--yes"]).stdout).toContain("its key has ended");
    expect(liveKeys("cursor").map(({ scopes }) => scopes)).toEqual([["memory:read"]]);
  });

  it("with a key made that it has not kept yet, uninstall ends that one", () => {
    putClients();
    run(init, killer("before", "profile-cursor.json"));
    expect(run(["uninstall", "--yes"])).toMatchObject({ status: 0, stderr: "" });
    expect(liveKeys("cursor")).toEqual([]);
    expect(read(CURSOR)).toBe(cursorBefore);
  });

  it("before it has ended the key that was replaced, the next init does, and says so", () => {
    putClients();
    run(init);
    const narrow = ["init", "--yes", "--client", "cursor", "--read-only"];
    expect(run(narrow, killer("after")).signal).toBe("SIGKILL");
    expect(liveKeys("cursor")).toHaveLength(2);
    expect(run(narrow).stdout).toContain("ends what is left of a moorage init that was broken off");
    expect(liveKeys("cursor").flatMap(({ scopes }) => scopes)).not.toContain("memory:write");
    expect(run(narrow).stdout).toContain("its entry is there");
  });
});

/** `moorage doctor`: each thing that can be wrong is said in a sentence, with a command. */
import { execFile, spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { createApiKey } from "@moorage/shared/api-key";
import { AppError, type ErrorCode } from "@moorage/shared/errors";
import type { Backend } from "moorage/backend/types";
import { inspectKey } from "moorage/doctor/key";
import { inspectAddress } from "moorage/doctor/remote";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import manifest from "../../mcp-server/package.json" with { type: "json" };
import { buildPackage } from "../../scripts/build.ts";
import { openDoor } from "./support/door.ts";

const { version } = manifest;
const built = mkdtempSync(join(tmpdir(), "moorage-doctor-built-"));
beforeAll(async () => {
  await buildPackage(join(built, "dist"));
});
afterAll(() => rmSync(built, { recursive: true }));

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "moorage-doctor-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const data = () => join(home, "data");
const config = () => join(home, "config");

const environment = (env: Record<string, string> = {}) => ({
  PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
  HOME: home,
  MOORAGE_DATA_DIR: data(),
  MOORAGE_CONFIG_DIR: config(),
  ...env,
});

const program = join(built, "dist/moorage.js");
const run = (words: string[], env?: Record<string, string>) =>
  spawnSync(process.execPath, [program, ...words], { encoding: "utf8", env: environment(env) });

/** The same beside a server of this process, which answers it. */
function runBeside(words: string[]): Promise<{ status: number; stdout: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [program, ...words], { env: environment() }, (error, stdout) =>
      done({ status: error === null ? 0 : Number(error.code), stdout }),
    );
  });
}

interface Finding {
  check: string;
  state: string;
  message: string;
  command?: string;
}

function examine(env?: Record<string, string>) {
  const { status, stdout, stderr } = run(["doctor", "--json"], env);
  expect(stderr).toBe("");
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  const finding = (check: string) => findings.find((one) => one.check === check);
  return { status, finding, findings };
}

/** A command of ours as doctor prints it: it finds this program and its directories from any shell. */
const own = (words: string) =>
  `MOORAGE_DATA_DIR=${data()} MOORAGE_CONFIG_DIR=${config()} ${process.execPath} ${program} ${words}`;

/** As a person does who pastes it into a shell that knows nothing of Moorage. */
const paste = (command: string, more: readonly string[] = []) =>
  spawnSync("/bin/sh", ["-c", [command, ...more].join(" ")], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", HOME: home },
  });

const remember = () => run(["memory", "add", "The heron is blue.", "--type", "fact"]);

function putEntry(entry: unknown) {
  mkdirSync(join(home, ".cursor"), { recursive: true });
  writeFileSync(join(home, ".cursor", "mcp.json"), JSON.stringify({ mcpServers: { moorage: entry } }));
}

describe("on a machine that", () => {
  it("has nothing yet it finds nothing broken, and makes nothing", () => {
    const { status, finding } = examine();
    expect(status).toBe(0);
    expect(finding("data")).toMatchObject({ state: "ok" });
    expect(readdirSync(home)).toEqual([".cache"]);
  });

  it("is well it says so of the database and the key", () => {
    remember();
    const { status, finding } = examine();
    expect(status).toBe(0);
    expect(finding("database")).toMatchObject({ state: "ok" });
    expect(finding("key")?.message).toContain("memory:read");
  });

  it("lacks the home directory that is set says so, with the one that the system has noted", () => {
    const { status, finding } = examine({ HOME: join(home, "gone") });
    expect(status).toBe(1);
    expect(finding("home")).toMatchObject({
      message: `The home directory ${join(home, "gone")} is not there.`,
      command: `export HOME=${userInfo().homedir}`,
    });
  });

  it("has a damaged database it says how to get it back", () => {
    remember();
    truncateSync(join(data(), "moorage.db"), 8192);
    rmSync(join(data(), "moorage.db-wal"), { force: true });
    const { status, finding } = examine();
    expect(status).toBe(1);
    expect(finding("database")).toMatchObject({ state: "broken", command: own("restore FILE --replace") });
  });

  it.each<[string, string, () => void]>([
    ["a damaged database", "database", () => truncateSync(join(data(), "moorage.db"), 8192)],
    ["an emptied database", "database", () => truncateSync(join(data(), "moorage.db"), 0)],
    ["no mark of whose it is", "data", () => rmSync(join(data(), "moorage.json"))],
    ["lost its keys", "keys", () => readdirSync(config()).map((file) => rmSync(join(config(), file)))],
  ])("has %s is well again by the command that it is told, and a backup", (_, check, damage) => {
    remember();
    writeFileSync(join(home, "passphrase"), "correct horse battery");
    const [file, by] = [join(home, "b.moorage"), ["--passphrase-file", join(home, "passphrase")]];
    expect(run(["backup", file, ...by])).toMatchObject({ status: 0 });
    rmSync(join(data(), "moorage.db-wal"), { force: true });
    damage();
    const { command } = examine().finding(check)!;
    expect(paste(command!.replace("FILE", file), by)).toMatchObject({ status: 0 });
    expect(examine().status).toBe(0);
    expect(run(["memory", "list"]).stdout).toContain("heron");
  });

  it("has data of a newer release says so", () => {
    remember();
    const marker = join(data(), "moorage.json");
    writeFileSync(marker, JSON.stringify({ ...JSON.parse(readFileSync(marker, "utf8")), format: 99 }));
    expect(examine().finding("data")).toMatchObject({ state: "broken", message: expect.stringContaining("newer") });
  });

  it("lost its keys is told what that means", () => {
    remember();
    for (const file of readdirSync(config())) rmSync(join(config(), file));
    // The call before must not have made others in their place.
    run(["memory", "list"]);
    expect(examine().finding("keys")).toMatchObject({
      state: "broken",
      message: expect.stringMatching(/secrets.*MOORAGE_CONFIG_DIR.*moorage keys renew/),
    });
  });

  it.skipIf(process.getuid?.() === 0).each([
    ["data directory", data],
    ["keys' directory", config],
    ["database", () => join(data(), "moorage.db")],
  ])("has a %s that this user cannot read is told so, not to restore a backup", (_, path) => {
    remember();
    chmodSync(path(), 0);
    const { status, finding } = examine();
    chmodSync(path(), 0o700);
    expect(status).toBe(1);
    expect(finding("data")).toMatchObject({ message: `${path()} cannot be read and written by this user.` });
    expect(finding("database")).toBeUndefined();
  });

  it("has a file in the place of its data directory is told to move it", () => {
    writeFileSync(data(), "");
    const { status, finding } = examine();
    expect(status).toBe(1);
    expect(finding("data")).toMatchObject({ state: "broken", command: `mv ${data()} ${data()}.aside` });
  });

  it("has a damaged key file is told how to get it back", () => {
    remember();
    for (const file of readdirSync(config())) writeFileSync(join(config(), file), "{");
    expect(examine().finding("key")).toMatchObject({ state: "broken", command: own("restore FILE --replace") });
  });

  it.skipIf(process.platform === "win32")("shares its data directory with others is warned, with the command", () => {
    remember();
    chmodSync(data(), 0o755);
    const { status, finding } = examine();
    expect(status).toBe(0);
    expect(finding("modes")).toMatchObject({ state: "warning", command: `chmod go= ${data()}` });
    spawnSync("/bin/sh", ["-c", finding("modes")!.command!]);
    expect(examine().finding("modes")).toBeUndefined();
  });

  it.skipIf(process.platform === "win32").each([
    ["the scheduler's lock", () => join(data(), "moorage.db-scheduler")],
    ["a key", () => join(config(), readdirSync(config())[0]!)],
  ])("lets others read %s is warned, with the command", (_, path) => {
    remember();
    expect(examine().finding("modes")).toBeUndefined();
    chmodSync(path(), 0o644);
    expect(examine().finding("modes")).toMatchObject({ state: "warning", command: `chmod go= ${path()}` });
  });
});

describe("settings that lead nowhere", () => {
  const url = { MOORAGE_URL: "http://127.0.0.1:1" };
  const both = "unset MOORAGE_URL MOORAGE_API_KEY";

  it.each<[string, Record<string, string>, string]>([
    ["an address without a key", url, both],
    ["a key without an address", { MOORAGE_API_KEY: createApiKey().text }, both],
    ["a mistyped key", { ...url, MOORAGE_API_KEY: createApiKey().text.slice(1) }, both],
    ["an address that is none", { MOORAGE_URL: "here", MOORAGE_API_KEY: createApiKey().text }, both],
    ["a public address that is none", { MOORAGE_PUBLIC_URL: "here" }, "unset MOORAGE_PUBLIC_URL"],
  ])("as %s does are a finding, and the rest is looked at", (_, env, command) => {
    putEntry({ command: "moorage", args: [] });
    const { status, finding } = examine(env);
    expect(status).toBe(1);
    expect(finding("settings")).toMatchObject({ state: "broken", command });
    expect(finding("node")).toMatchObject({ state: "ok" });
    expect(finding("client cursor")).toMatchObject({ state: "ok" });
    const variables = command.split(" ").slice(1);
    expect(examine(Object.fromEntries(Object.entries(env).filter(([name]) => !variables.includes(name)))).status).toBe(
      0,
    );
  });

  it("are each a finding, where there are several", () => {
    const { findings } = examine({ MOORAGE_PUBLIC_URL: "here", MOORAGE_API_KEY: "moor_x" });
    expect(findings.filter(({ check }) => check === "settings")).toHaveLength(2);
  });

  it("show no key, and try none at the address that is meant", () => {
    const key = createApiKey().text.slice(1);
    const { findings, finding } = examine({ ...url, MOORAGE_API_KEY: key });
    expect(finding("door")?.message).toContain("http://127.0.0.1:1");
    expect(finding("key")).toBeUndefined();
    expect(JSON.stringify(findings)).not.toContain(key);
  });

  it("are a damaged profile, too", () => {
    mkdirSync(config(), { mode: 0o700 });
    writeFileSync(join(config(), "profile-far.json"), "{");
    const { status, stdout } = run(["--profile", "far", "doctor", "--json"]);
    expect(status).toBe(1);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    expect(findings.find(({ check }) => check === "key")?.message).toContain("is damaged");
  });
});

describe("a client's entry that", () => {
  it("is missing is a warning", () => {
    mkdirSync(join(home, ".cursor"));
    expect(examine().finding("client cursor")).toMatchObject({
      state: "warning",
      command: own("init --client cursor"),
    });
  });

  it("starts something that is not there is broken", () => {
    putEntry({ command: process.execPath, args: [join(home, "gone/moorage.js")] });
    const { status, finding } = examine();
    expect(status).toBe(1);
    expect(finding("client cursor")?.message).toContain(join(home, "gone/moorage.js"));
  });

  it("has a key that ended, or none, is broken", () => {
    mkdirSync(join(home, ".cursor"));
    run(["init", "--yes"]);
    expect(examine().finding("client cursor")).toMatchObject({ state: "ok" });
    const { keys } = JSON.parse(run(["keys", "list"]).stdout) as { keys: { id: string }[] };
    run(["keys", "revoke", keys[0]!.id]);
    expect(examine().finding("client cursor")).toMatchObject({
      state: "broken",
      message: "Cursor has its entry, but its key is not valid any more.",
      command: own("init --client cursor"),
    });
    rmSync(join(config(), "profile-cursor.json"));
    expect(examine().finding("client cursor")?.message).toContain('there is no key "cursor"');
  });

  it("has a key that ends soon is a warning, and its command makes one that lasts", () => {
    mkdirSync(join(home, ".cursor"));
    run(["init", "--yes"]);
    const { text } = JSON.parse(run(["keys", "create", "cursor", "--expires", "5d"]).stdout) as { text: string };
    writeFileSync(join(config(), "profile-cursor.json"), JSON.stringify({ apiKey: text }), { mode: 0o600 });
    const { status, finding } = examine();
    expect(status).toBe(0);
    expect(finding("client cursor")).toMatchObject({
      state: "warning",
      message: expect.stringMatching(/^Cursor has its entry, but its key ends at 20\d\d-/),
      command: own("init --client cursor"),
    });
    expect(paste(finding("client cursor")!.command!, ["--yes"])).toMatchObject({ status: 0 });
    expect(examine().finding("client cursor")).toMatchObject({ state: "ok" });
    expect(paste(own("init --client cursor")).stdout).not.toContain("a new key");
  });

  it("is not written as one is no reason to stop", () => {
    putEntry({ command: "moorage", args: [1, null], env: [] });
    expect(examine().finding("client cursor")).toMatchObject({ state: "ok" });
  });

  it("starts another release is a warning that names both", () => {
    mkdirSync(join(home, "old"));
    writeFileSync(join(home, "old/moorage.js"), "");
    writeFileSync(join(home, "old/package.json"), '{"version": "0.0.9"}');
    putEntry({ command: process.execPath, args: [join(home, "old/moorage.js")] });
    expect(examine().finding("client cursor")?.message).toContain(`Moorage 0.0.9, and this is ${version}`);
  });

  it("starts a Node that cannot hold the database is broken", () => {
    const node = join(home, "node");
    writeFileSync(node, "#!/bin/sh\necho 20.19.0\n", { mode: 0o755 });
    writeFileSync(join(home, "moorage.js"), "");
    putEntry({ command: node, args: [join(home, "moorage.js")] });
    expect(examine().finding("client cursor")?.message).toContain("is Node 20.19.0");
  });

  it("starts an installed moorage by its path is well", () => {
    writeFileSync(join(home, "moorage"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    putEntry({ command: join(home, "moorage"), args: [] });
    expect(examine().finding("client cursor")).toMatchObject({ state: "ok" });
  });

  it("lies in a file with an error names the line", () => {
    mkdirSync(join(home, ".cursor"));
    writeFileSync(join(home, ".cursor/mcp.json"), '{\n  "mcpServers": {\n');
    const found = examine().finding("client cursor")!;
    expect(found.message).toMatch(/line \d is not valid JSON/);
    expect(paste(`EDITOR=cat; ${found.command}`).stdout).toContain("mcpServers");
  });

  it("is another server's of our name is opened in an editor, for init would leave it", () => {
    putEntry({ command: "their-moorings", args: [] });
    const found = examine().finding("client cursor")!;
    expect(found).toMatchObject({ state: "warning", message: expect.stringContaining("Rename it") });
    expect(paste(`EDITOR=cat; ${found.command}`).stdout).toContain("their-moorings");
  });

  it.skipIf(process.getuid?.() === 0)("lies in a file that this user cannot read is read again by its command", () => {
    putEntry({ command: "moorage", args: [] });
    chmodSync(join(home, ".cursor/mcp.json"), 0);
    const { command } = examine().finding("client cursor")!;
    expect(paste(command!)).toMatchObject({ status: 0 });
    expect(examine().finding("client cursor")).toMatchObject({ state: "ok" });
  });
});

describe("what it suggests for a client's entry", () => {
  const revoke = (name: string) => {
    const { keys } = JSON.parse(run(["keys", "list"]).stdout) as { keys: { id: string; name: string }[] };
    run(["keys", "revoke", keys.find((one) => one.name === name)!.id]);
  };
  const old = () => {
    mkdirSync(join(home, "old"));
    writeFileSync(join(home, "old/moorage.js"), "");
    writeFileSync(join(home, "old/package.json"), '{"version": "0.0.9"}');
  };

  it.each<[string, () => void]>([
    ["that is missing", () => mkdirSync(join(home, ".cursor"))],
    ["that starts what is not there", () => putEntry({ command: "/gone/node", args: ["/gone/moorage.js"] })],
    ["with an option that there is not", () => putEntry({ command: "moorage", args: ["--colour", "blue"] })],
    ["with a profile that there is not", () => putEntry({ command: "moorage", args: ["--profile", "cursor"] })],
    [
      "of another release",
      () => {
        old();
        putEntry({ command: process.execPath, args: [join(home, "old/moorage.js")] });
      },
    ],
    [
      "whose key was revoked",
      () => {
        mkdirSync(join(home, ".cursor"));
        run(["init", "--yes"]);
        revoke("cursor");
      },
    ],
    [
      "whose profile is damaged",
      () => {
        mkdirSync(join(home, ".cursor"));
        run(["init", "--yes"]);
        writeFileSync(join(config(), "profile-cursor.json"), "{");
      },
    ],
  ])("%s mends it", (_, damage) => {
    damage();
    const { command } = examine().finding("client cursor")!;
    expect(paste(command!, ["--yes"])).toMatchObject({ status: 0, stderr: "" });
    expect(examine().finding("client cursor")).toMatchObject({ state: "ok" });
  });

  it("for a Moorage elsewhere leads there, by the log-in that there is", async () => {
    const good = createApiKey().text;
    const door = await openDoor({
      "keys:resolve": ({ headers }) => {
        if (headers["authorization"] !== `Bearer ${good}`) throw new AppError("unauthenticated");
        return { keyId: "k", scopes: ["memory:read"] };
      },
      "keys:list": () => ({ keys: [] }),
      "keys:create": () => ({ key: MADE, text: good }),
    });
    const address = door.env.MOORAGE_URL;
    const keep = (name: string, apiKey: string) =>
      writeFileSync(join(config(), `profile-${name}.json`), JSON.stringify({ address, apiKey }), { mode: 0o600 });
    const look = async () => JSON.parse((await runBeside(["doctor", "--json"])).stdout) as { findings: Finding[] };
    const about = async (check: string) => (await look()).findings.find((one) => one.check === check);
    mkdirSync(config(), { mode: 0o700 });
    keep("cursor", createApiKey().text);
    putEntry({
      command: process.execPath,
      args: [program, "--profile", "cursor"],
      env: { MOORAGE_CONFIG_DIR: config() },
    });
    expect(await about("door")).toMatchObject({ state: "ok" });
    expect((await about("client cursor"))?.command).toBe(own(`login --url ${address}`));
    keep("far", good);
    expect((await about("client cursor"))?.command).toBe(own("--profile far init --client cursor"));
    keep("default", good);
    const { command } = (await about("client cursor"))!;
    expect(command).toBe(own(`init --client cursor --remote ${address}`));
    expect((await runBeside(["init", "--client", "cursor", "--remote", address, "--yes"])).status).toBe(0);
    expect(await about("client cursor")).toMatchObject({ state: "ok" });
    door.close();
  });
});

const MADE = {
  id: "k2",
  name: "cursor",
  kind: "key",
  scopes: ["memory:read"],
  status: "live",
  createdAt: "2026-01-01T00:00:00.000Z",
  usedFrom: [],
};

it("Claude Desktop's bundle whose Node lacks SQLite is found by what it last said", () => {
  const claude = join(home, ".config/Claude");
  mkdirSync(join(claude, "Claude Extensions/local.mcpb.moorage.moorage"), { recursive: true });
  mkdirSync(join(claude, "logs"));
  const log = join(claude, "logs/mcp-server-Moorage.log");
  const lacking =
    "[moorage] [info] Initializing server...\nmoorage: keeps its data …, which needs Node 22.16 or newer\n";
  writeFileSync(log, lacking);
  expect(examine().finding("bundle")).toMatchObject({ state: "broken" });
  appendFileSync(log, "[moorage] [info] Initializing server...\n[moorage] [info] Server started and connected\n");
  expect(examine().finding("bundle")).toMatchObject({ state: "ok" });
  rmSync(log);
  mkdirSync(log);
  expect(examine().finding("bundle")).toMatchObject({ state: "ok" });
});

describe("a Moorage elsewhere", () => {
  const serve = async (answer: RequestListener) => {
    const http = createServer(answer);
    await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
    const address = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    return { address, close: () => http.close() };
  };
  const healthy: RequestListener = (_, response) => response.end(JSON.stringify({ ok: true, version }));

  it("that answers, by the same clock, is well", async () => {
    const door = await serve(healthy);
    const findings = await inspectAddress(door.address);
    expect(findings.map(({ state }) => state)).toEqual(["ok", "ok"]);
    door.close();
  });

  it.each([
    [90_000, "warning", "90 s ahead"],
    [-6 * 60_000, "broken", "360 s behind"],
  ])("by a clock %d ms away is %s", async (skew, state, said) => {
    const door = await serve((request, response) => {
      response.setHeader("date", new Date(1_800_000_000_000).toUTCString());
      healthy(request, response);
    });
    const [, clock] = await inspectAddress(door.address, () => 1_800_000_000_000 + skew);
    expect(clock).toMatchObject({ state, message: expect.stringContaining(said) });
    door.close();
  });

  it("that does not tell its time is not said to have the same", async () => {
    const door = await serve((request, response) => {
      response.sendDate = false;
      healthy(request, response);
    });
    expect((await inspectAddress(door.address))[1]).toMatchObject({
      state: "warning",
      message: expect.stringContaining("does not tell its time"),
    });
    door.close();
  });

  it("of another release is a warning", async () => {
    const door = await serve((_, response) => response.end('{"ok":true,"version":"9.9.9"}'));
    expect((await inspectAddress(door.address))[0]).toMatchObject({
      state: "warning",
      command: "npm install -g moorage@9.9.9",
    });
    door.close();
    const older = await serve((_, response) => response.end('{"ok":true,"version":"0.0.1"}'));
    expect((await inspectAddress(older.address))[0]).toMatchObject({ state: "warning", command: ["up"] });
    older.close();
  });

  it("that is something else is broken", async () => {
    const door = await serve((_, response) => response.end("<html>"));
    expect((await inspectAddress(door.address))[0]?.message).toContain("not as Moorage does");
    door.close();
  });

  it("that is away is broken", async () => {
    expect((await inspectAddress("http://127.0.0.1:1"))[0]).toMatchObject({ check: "door", state: "broken" });
  });

  it("is in no command that a shell would read otherwise", async () => {
    const [finding] = await inspectAddress("http://127.0.0.1:1/$(id);id");
    expect(finding?.command).toBe("curl -i 'http://127.0.0.1:1/$(id);id/health'");
  });

  const failing = (code: ErrorCode): Backend => ({
    call: () => Promise.reject(new AppError(code)),
    markOf: async () => "",
    where: async () => "this machine",
    pagesAt: async () => undefined,
    close: async () => {},
  });

  it("to which the key is nothing says how to get another", async () => {
    expect(await inspectKey(failing("unauthenticated"), { renewal: ["login"], backend: ["up"] })).toMatchObject({
      check: "key",
      state: "broken",
      command: ["login"],
    });
  });

  it("whose functions do not answer is not mended by another key, nor by looking again", async () => {
    expect(await inspectKey(failing("upstream_down"), { renewal: ["login"], backend: ["up"] })).toMatchObject({
      check: "backend",
      message: expect.stringContaining("The backend did not answer. Try again"),
      command: ["up"],
    });
  });
});

/** The Secret Service of a desktop session of the test's own. Keychain on macOS and Credential Manager: not run here. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { OWNER_SCOPES } from "@moorage/shared/scopes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openWorkerd } from "../support/hosts.ts";
import { moorage } from "./support/command.ts";

const entry = fileURLToPath(new URL("../../mcp-server/src/index.ts", import.meta.url));
const lacking = ["dbus-run-session", "gnome-keyring-daemon"].filter(
  (command) => spawnSync(command, ["--version"]).error !== undefined,
);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "moorage-keychain-"));
  mkdirSync(join(root, "run"));
  chmodSync(join(root, "run"), 0o700);
});
afterEach(() => rmSync(root, { recursive: true }));

const config = () => join(root, "config", "moorage");
const keyFile = () => join(config(), readdirSync(config()).find((file) => /^[0-9a-f-]{36}\.json$/.test(file))!);
const env = () => ({
  PATH: process.env["PATH"] ?? "",
  HOME: root,
  XDG_CONFIG_HOME: join(root, "config"),
  XDG_DATA_HOME: join(root, "data"),
  XDG_CACHE_HOME: join(root, "cache"),
  XDG_RUNTIME_DIR: join(root, "run"),
});

/** Runs command lines, in which `moorage` is ours, in a session whose keychain is open. */
async function inSession(lines: string, stdin = "") {
  const script = `moorage() { "${process.execPath}" "${entry}" "$@"; }
    printf '\\n' | gnome-keyring-daemon --unlock --components=secrets > /dev/null 2>&1
    ${lines}`;
  const child = spawn("dbus-run-session", ["--", "bash", "-c", script], { env: env() });
  child.stdin.end(stdin);
  const [status, stdout] = await Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]);
  return { status: status[0] as number, stdout };
}

const outside = (...words: string[]) =>
  spawnSync(process.execPath, [entry, ...words], { env: env(), encoding: "utf8", input: "" });

const name = `the keychain${lacking.length > 0 ? ` (lacking ${lacking})` : ""}`;
// A test is several sessions, each with processes of its own.
describe.skipIf(lacking.length > 0)(name, { timeout: 90_000 }, () => {
  it("takes the keys of a database, which are then in no file", async () => {
    const { status, stdout } = await inSession("moorage secret set API_KEY && moorage secret list", "kept");
    expect(status).toBe(0);
    expect(stdout).toContain('"API_KEY"');
    expect(readFileSync(keyFile(), "utf8")).not.toMatch(/moor_|"d"|"k"/);
    expect((await inSession("moorage run -- printenv API_KEY")).stdout).toBe("***\n");
  });

  it("takes the keys that were in a file until it answered, and the same ones", async () => {
    expect(outside("memory", "add", "Kept in a file first.", "--type", "note").status).toBe(0);
    expect(readFileSync(keyFile(), "utf8")).toContain("moor_");
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    expect((await inSession("moorage memory list")).stdout).toContain("Kept in a file first.");
    expect(readFileSync(keyFile(), "utf8")).not.toContain("moor_");
    expect((await inSession("moorage memory list")).stdout).toContain("Kept in a file first.");
  });

  it("takes one set of keys from processes that all come first", async () => {
    const add = (at: number) => `moorage memory add "Wave ${at}." --type note > /dev/null &`;
    const { status } = await inSession(`${[1, 2, 3, 4].map(add).join("\n")}\nwait`);
    expect(status).toBe(0);
    const { stdout } = await inSession("moorage memory list");
    for (const at of [1, 2, 3, 4]) expect(stdout).toContain(`Wave ${at}.`);
    expect(readFileSync(keyFile(), "utf8")).not.toContain("moor_");
  });

  it("is where a backup finds the keys, which it brings to a machine that has none", async () => {
    const file = join(root, "harbour.backup");
    const { status } = await inSession(
      `moorage memory add "Brought along." --type note && moorage backup "${file}"`,
      "a harbour at six in the morning",
    );
    expect(status).toBe(0);
    const home = { dataDir: join(root, "there", "data"), configDir: join(root, "there", "config") };
    await moorage(home, ["restore", file], { stdin: "a harbour at six in the morning" });
    expect((await moorage(home, ["memory", "list"])).stdout).toContain("Brought along.");
  });

  it("that does not answer any more is named, with what to do, and nothing is made anew", async () => {
    await inSession("moorage memory add 'Not lost.' --type note");
    const before = readFileSync(keyFile(), "utf8");
    const { status, stderr } = outside("memory", "list");
    expect(status).toBe(1);
    expect(stderr).toContain("is in the operating system's keychain, which does not answer.");
    expect(readFileSync(keyFile(), "utf8")).toBe(before);
    expect((await inSession("moorage memory list")).stdout).toContain("Not lost.");
  });

  it("is left alone by whoever names a directory for the keys", async () => {
    const { status } = await inSession(`MOORAGE_CONFIG_DIR="${config()}" moorage memory list`);
    expect(status).toBe(0);
    expect(readFileSync(keyFile(), "utf8")).toContain("moor_");
  });

  it("takes the key of a login, and gives it up at logout", async () => {
    const host = await openWorkerd();
    const { door } = await host.admit({ scopes: OWNER_SCOPES });
    writeFileSync(join(root, "key"), door.apiKey);
    const { stdout: told } = await inSession(`
      moorage login --url ${door.address} < "${join(root, "key")}"
      cat "${join(config(), "profile-default.json")}"
      moorage --profile default keys list
      moorage logout
      ls -A "${config()}"`);
    await host.close();
    expect(told).toContain('"kept": "keychain"');
    expect(told).toContain(`{"address":"${door.address}"}`);
    expect(told).toContain('"keys": [');
    expect(told).toMatch(/"forgotten": "default"\n\}\n$/);
  });
});

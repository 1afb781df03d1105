import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseApiKey } from "@moorage/shared/api-key";
import * as keys from "@moorage/shared/contracts/keys";
import { AGENT_SCOPES } from "@moorage/shared/scopes";
import { ownersBackend } from "moorage/backend/owners";
import { keepProfile, readProfile } from "moorage/profiles";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Home, moorage } from "./support/command.ts";

let root: string;
let home: Home;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "moorage-cli-"));
  home = { dataDir: join(root, "data"), configDir: join(root, "config") };
});
afterAll(() => rmSync(root, { recursive: true }));

const run = (...words: string[]) => moorage(home, words);
const json = async (...words: string[]) => JSON.parse((await run(...words)).stdout);

describe("keys create", () => {
  it("makes a coding agent's key unless told otherwise, and shows it whole", async () => {
    const { key, text } = await json("keys", "create", "laptop");
    expect(parseApiKey(text)?.keyId).toBe(key.id);
    expect(key).toMatchObject({ name: "laptop", status: "live" });
    expect([...key.scopes].sort()).toEqual([...AGENT_SCOPES].sort());
  });

  it("narrows it to scopes, an agent, networks and a time", async () => {
    const bounds = ["--scopes", "memory:read,secrets:use", "--agent", "scout", "--networks", "10.0.0.0/8,192.0.2.0/24"];
    const { key } = await json("keys", "create", "narrow", ...bounds, "--expires", "2d");
    expect(key).toMatchObject({
      scopes: ["memory:read", "secrets:use"],
      agent: "scout",
      networks: ["10.0.0.0/8", "192.0.2.0/24"],
    });
    const days = (Date.parse(key.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(1.9);
    expect(days).toBeLessThanOrEqual(2);
  });

  it("with --read-only leaves out what changes something", async () => {
    const { key } = await json("keys", "create", "reader", "--read-only");
    expect(key.scopes.filter((scope: string) => scope.endsWith(":write"))).toEqual([]);
    expect(key.scopes).toContain("memory:read");
  });

  it("with --enroll prints a code of 15 minutes in its place", async () => {
    const { code, expiresAt } = await json("keys", "create", "desktop", "--enroll");
    expect(parseApiKey(code)).toBeDefined();
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
  });

  it("at a terminal prints the key alone on standard output, and what it may do beside it", async () => {
    const { stdout, stderr } = await moorage(home, ["keys", "create", "seen"], { terminal: true });
    expect(parseApiKey(stdout.trim())).toBeDefined();
    expect(stderr).toContain('"seen", may: memory:read');
    expect(stderr).not.toContain(stdout.trim());
  });

  it.each([
    [["keys", "create"], "moorage keys create needs NAME; see moorage keys create --help"],
    [["keys", "create", "a", "b"], 'unexpected "b"; see moorage keys create --help'],
    [["keys", "create", "a", "--colour"], "unknown option --colour; moorage keys create --help lists them"],
    [["keys", "create", "a", "--scopes", "door"], '--scopes has no "door"; choose from memory:read,'],
    [["keys", "create", "a", "--scopes", "approve", "--read-only"], "--read-only does not go with approve;"],
    [["keys", "create", "a", "--expires", "soon"], "--expires must be a time from now such as 90d or 12h"],
    [["keys", "create", "a", "--networks", "here"], 'networks.0: must be a network, such as "198.51.100.0/24"'],
    [["keys", "rotate", "a", "--grace", "long"], "--grace must be a time such as 30m, 2h or 7d"],
    [["policy", "set", "none"], 'there is no policy "none"; choose from client, owner'],
  ])("%j is refused in one sentence", async (words, message) => {
    const { code, stdout, stderr } = await run(...words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`moorage: ${message}`);
  });
});

describe("a key's life", () => {
  it("shows in the list, without its secret, until it is revoked", async () => {
    const { key, text } = await json("keys", "create", "short-lived");
    const before = await run("keys", "list");
    expect(before.stdout).toContain(key.id);
    expect(before.stdout).not.toContain(text);
    expect(await json("keys", "revoke", key.id)).toEqual({ revoked: true });
    expect((await run("keys", "list")).stdout).not.toContain(key.id);
    const { keys } = await json("keys", "list", "--all");
    expect(keys.find(({ id }: { id: string }) => id === key.id)).toMatchObject({ status: "revoked" });
  });

  it("goes on in a new key, and the old one for the time that is asked", async () => {
    const { key: old } = await json("keys", "create", "renewed");
    const { key, text } = await json("keys", "rotate", old.id, "--grace", "30m");
    expect(parseApiKey(text)?.keyId).toBe(key.id);
    const { keys } = await json("keys", "list");
    const found = keys.find(({ id }: { id: string }) => id === old.id);
    expect(found).toMatchObject({ status: "rotating", successor: key.id });
    expect(Date.parse(found.expiresAt) - Date.now()).toBeLessThanOrEqual(30 * 60_000);
  });

  it("is a line of a table at a terminal", async () => {
    await run("keys", "create", "tabled", "--agent", "scout");
    const { stdout } = await moorage(home, ["keys", "list"], { terminal: true });
    expect(stdout).toMatch(/^ID +NAME +STATUS +AGENT +UNTIL +LAST USED +FROM +SCOPES$/m);
    expect(stdout).toMatch(/^\w{16} +tabled +live +scout +- +- +- +memory:read /m);
  });

  it("does not end by the key that is in use: nobody would be left to do anything", async () => {
    const { id } = await ownKey("owner");
    expect((await run("keys", "revoke", id)).stderr).toContain("this is the key that is in use");
    expect((await run("keys", "list")).code).toBe(0);
  });
});

const ownKey = async (name: string) =>
  (await json("keys", "list")).keys.find(
    (key: { name: string; status: string }) => key.name === name && key.status === "live",
  );

describe("the successor of a key that this machine keeps", () => {
  it.each(["owner", "agent"])("takes the place of the %s's, unseen, and is what is used from then on", async (role) => {
    const old = await ownKey(role);
    const { stdout } = await run("keys", "rotate", old.id, "--grace", "1h");
    expect(stdout).not.toContain("moor_");
    const { key, keptIn } = JSON.parse(stdout);
    expect(keptIn).toEqual([`this machine's own keys, as the ${role}'s`]);
    expect(await ownKey(role)).toMatchObject({ id: key.id });
    // The old one is over: what works now is the new one.
    expect(await json("keys", "revoke", old.id)).toEqual({ revoked: true });
    expect((await run("keys", "list")).code).toBe(0);
  });

  it("takes a client's place in its profile", async () => {
    const { key: old, text } = await json("keys", "create", "cursor");
    const which = { name: "cursor", configDir: home.configDir };
    await keepProfile(which, { address: undefined, apiKey: text });
    const { key } = await json("keys", "rotate", old.id);
    expect(parseApiKey((await readProfile(which)).apiKey)?.keyId).toBe(key.id);
  });

  it("is replaced itself where an earlier run did not come to keep it", async () => {
    const old = await ownKey("agent");
    const backend = ownersBackend({ kind: "embedded", ...home });
    const { key: lost } = await backend.call(keys.rotate, { id: old.id });
    await backend.close();
    const { key } = await json("keys", "rotate", old.id);
    const { keys: all } = await json("keys", "list");
    expect(all.find(({ id }: { id: string }) => id === lost.id)).toMatchObject({ successor: key.id });
  });

  it("leaves what runs with the old one time to be started again", async () => {
    const { id } = await ownKey("agent");
    expect((await run("keys", "rotate", id, "--grace", "0m")).stderr).toContain("--grace must be at least 1h");
  });
});

describe("policy", () => {
  it("is client until it is set", async () => {
    expect(await json("policy", "get")).toEqual({ policy: "client" });
    expect(await json("policy", "set", "owner")).toEqual({ policy: "owner" });
    expect(await json("policy", "get")).toEqual({ policy: "owner" });
  });
});

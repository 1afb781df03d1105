import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiKey } from "@moorage/shared/api-key";
import { OWNER_SCOPES } from "@moorage/shared/scopes";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Host, openWorkerd } from "../support/hosts.ts";
import { type Home, moorage } from "./support/command.ts";

let host: Host;
let url: string;
beforeAll(async () => {
  host = await openWorkerd();
  url = (await host.admit()).door.address;
});
afterAll(() => host.close());

let root: string;
let home: Home;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "moorage-cli-"));
  home = { dataDir: join(root, "data"), configDir: join(root, "config") };
});
afterEach(() => rmSync(root, { recursive: true }));

const person = () => host.admit({ scopes: OWNER_SCOPES });
const run = (...words: string[]) => moorage(home, words);
const login = (stdin: string, ...more: string[]) => moorage(home, ["login", "--url", url, ...more], { stdin });
const enrolmentCode = async () => {
  const admin = await person();
  const env = { MOORAGE_URL: url, MOORAGE_API_KEY: admin.door.apiKey };
  return JSON.parse((await moorage(home, ["keys", "create", "desk", "--enroll"], { env })).stdout).code as string;
};

describe("login", () => {
  it("tries a key, keeps it where only its owner reads it, and --profile uses it", async () => {
    const { door, keyId } = await person();
    const { code, stdout } = await login(`${door.apiKey}\n`, "--profile", "work");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ profile: "work", address: url, keyId, kept: "file" });
    expect(stdout).not.toContain(door.apiKey);
    expect(statSync(join(home.configDir, "profile-work.json")).mode & 0o777).toBe(0o600);
    const { stdout: listed } = await run("--profile", "work", "keys", "list");
    expect(JSON.parse(listed).keys.map(({ id }: { id: string }) => id)).toEqual([keyId]);
    expect(existsSync(home.dataDir)).toBe(false);
  });

  it("redeems a code for its key, which is used from then on", async () => {
    const code = await enrolmentCode();
    const answer = JSON.parse((await login(code)).stdout);
    expect(answer).toMatchObject({ profile: "default", scopes: expect.arrayContaining(["memory:read"]) });
    const kept = readFileSync(join(home.configDir, "profile-default.json"), "utf8");
    expect(kept).not.toContain(code);
    expect((await run("--profile", "default", "memory", "list")).code).toBe(0);
    expect(readdirSync(home.configDir)).toEqual(["profile-default.json"]);
  });

  it("with a code that somebody else has used keeps what was there", async () => {
    const { door } = await person();
    await login(door.apiKey);
    const code = await enrolmentCode();
    const other = { ...home, configDir: join(root, "other") };
    expect((await moorage(other, ["login", "--url", url], { stdin: code })).code).toBe(0);
    const late = await login(code);
    expect(late).toMatchObject({ code: 1, stdout: "" });
    expect(late.stderr).toContain("This code or page has been used.");
    expect((await run("--profile", "default", "memory", "list")).code).toBe(0);
    expect(readdirSync(home.configDir)).toEqual(["profile-default.json"]);
  });

  it("whose answer was lost gets its key when it is repeated", async () => {
    const code = await enrolmentCode();
    const lossy = await openLossy(url, "keys:redeem");
    const lost = await moorage(home, ["login", "--url", lossy.url], { stdin: code });
    lossy.close();
    expect(lost).toMatchObject({ code: 1, stdout: "" });
    expect(lossy.lost()).toBe(1);
    expect((await login(code)).code).toBe(0);
    expect((await run("--profile", "default", "memory", "list")).code).toBe(0);
  });

  it.each([
    [["login"], "x", "say where: moorage login --url https://moorage.example.com"],
    [["login", "--url", "http://moorage.example.com"], "x", "--url must begin with https://"],
    [["login", "--url", "https://moorage.example.com"], "moor_x", "this is not a whole key or code (moor_…)"],
    [["login", "--profile", "../up"], "x", "--profile must be 1 to 64 letters"],
    [["login", "--profile", "cursor"], "x", "--profile cursor is where that client's own key is kept; choose another"],
    [["logout"], "", 'there is no profile "default"'],
    [
      ["--profile", "none", "memory", "list"],
      "",
      'there is no profile "none"; moorage login --url ADDRESS --profile none makes it',
    ],
  ])("%j is refused in one sentence", async (words, stdin, message) => {
    const { code, stderr } = await moorage(home, words, { stdin });
    expect(code).toBe(1);
    expect(stderr).toContain(`moorage: ${message}`);
  });

  it("with a key that nobody has keeps nothing", async () => {
    const { code, stderr } = await login(createApiKey().text);
    expect(code).toBe(1);
    expect(stderr).toContain("The API key is missing or not valid.");
    expect(existsSync(home.configDir)).toBe(false);
  });
});

it("logout forgets the key here; it goes on working elsewhere", async () => {
  const { door } = await person();
  await login(door.apiKey);
  expect((await run("logout")).code).toBe(0);
  expect(readdirSync(home.configDir)).toEqual([]);
  expect((await run("--profile", "default", "keys", "list")).stderr).toContain("there is no profile");
  const env = { MOORAGE_URL: url, MOORAGE_API_KEY: door.apiKey };
  expect((await moorage(home, ["keys", "list"], { env })).code).toBe(0);
});

/** The same Moorage behind a line that loses the answers of one function. */
async function openLossy(target: string, path: string) {
  let lost = 0;
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const body = Buffer.concat(chunks);
      const headers = { authorization: request.headers.authorization!, "content-type": "application/json" };
      const answer = await (await fetch(target + request.url!, { method: "POST", headers, body })).text();
      if (body.includes(path)) {
        lost++;
        response.destroy();
      } else response.setHeader("content-type", "application/json").end(answer);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    lost: () => lost,
    close: () => void http.close(),
  };
}

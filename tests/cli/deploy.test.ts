/** What a person does for their servers at a terminal. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Network, openNetwork } from "../support/network.ts";
import { type Home, moorage } from "./support/command.ts";

const env = { MOORAGE_PUBLIC_URL: "https://door.example.com" };

let directory: string;
let home: Home;
let network: Network;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "moorage-"));
  home = { dataDir: join(directory, "data"), configDir: join(directory, "config") };
  network = openNetwork();
});
afterEach(() => {
  network.close();
  rmSync(directory, { recursive: true });
});

const json = async (...words: string[]) => {
  const { code, stdout, stderr } = await moorage(home, words, { env });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};

async function awaitMachine() {
  const { planId } = await json("deploy", "plan", "quay", "--provider", "host");
  const { approvalId } = await json("deploy", "create", planId);
  const { approvals } = await json("approve");
  await json("approve", approvalId, "--yes", approvals[0].digest);
  await json("deploy", "create", planId);
}

it("a machine of one's own becomes a server by one line, which holds a one-time token and goes to the public address", async () => {
  await awaitMachine();
  const { command, expiresAt } = await json("deploy", "host", "quay");
  expect(command).toMatch(/^T='moor_\w+'; /);
  expect(command).toContain("https://door.example.com");
  expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
  const other = await moorage(home, ["deploy", "host", "pier"], { env });
  expect(other).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining('There is no deployment "pier"'),
  });
});

it("ending a machine of one's own asks about that machine, which has no size and no region", async () => {
  await awaitMachine();
  await json("deploy", "destroy", "quay", "--confirm", "quay");
  const { approvals } = await json("approve");
  expect(approvals[0].lines).toEqual([
    expect.stringMatching(/^End the server "quay"\. Its agent runs on at your machine/),
    "Its agent's memories and secrets are kept.",
  ]);
});

it("an account's token is tried before it is kept; one that is refused is in no answer, and nothing is kept", async () => {
  network.hosts.set("api.hetzner.cloud", () => Response.json({ error: { code: "unauthorized" } }, { status: 401 }));
  const refused = await moorage(home, ["deploy", "connect", "hetzner"], { env, stdin: "hidden-token\n" });
  expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("refused this credential") });
  expect(refused.stderr).not.toContain("hidden-token");
  expect(await json("status", "overview")).toMatchObject({ connections: [] });
});

it.each([
  ["of two lines", "hidden\ntoken\n"],
  ["with a space in it", "Bearer hidden-token\n"],
  ["with letters beyond ASCII", "hidden–token\n"],
])("what is no account's token, %s, is sent to no provider", async (_what, stdin) => {
  const asked: string[] = [];
  network.hosts.set("api.hetzner.cloud", ({ url }) => {
    asked.push(url);
    return Response.json({}, { status: 500 });
  });
  const refused = await moorage(home, ["deploy", "connect", "hetzner"], { env, stdin });
  expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("is a single line of") });
  expect(refused.stderr).not.toContain("hidden");
  expect(asked).toEqual([]);
});

it.each([
  ["a provider that needs none", ["deploy", "connect", "simulated"], "must be one of hetzner, digitalocean"],
  ["no token", ["deploy", "connect", "hetzner"], "there was no token"],
])("is told what is wrong with %s", async (_what, words, message) => {
  const { code, stderr } = await moorage(home, words, { env });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) });
});

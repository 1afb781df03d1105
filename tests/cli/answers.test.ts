/** What tools answer, as a person at a terminal reads it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Home, moorage } from "./support/command.ts";

let directory: string;
let home: Home;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "moorage-"));
  home = { dataDir: join(directory, "data"), configDir: join(directory, "config") };
});
afterAll(() => rmSync(directory, { recursive: true }));

const screen = async (...words: string[]) => (await moorage(home, words, { terminal: true })).stdout;
const json = async (...words: string[]) => JSON.parse((await moorage(home, words)).stdout);

it("is a table, the same as JSON with --json, and JSON where nobody reads it", async () => {
  expect(await screen("deploy", "catalog")).toMatch(/^PROVIDER +NEEDS FIRST\nhetzner +MOORAGE_PUBLIC_URL\n/);
  const asked = JSON.parse(await screen("deploy", "catalog", "--json"));
  expect(asked).toEqual(await json("deploy", "catalog"));
  const shown = JSON.parse(await screen("deploy", "catalog", "--json", "--provider", "simulated"));
  expect(shown).toMatchObject({ offers: { sizes: [{ id: "small" }, { id: "large" }] } });
  expect(await screen("deploy", "catalog", "--json", '{"provider":"simulated"}')).toContain("SIZE   CPUS  MEMORY");
});

it("leads from a plan to its server: each answer says what comes next", async () => {
  expect(await screen("deploy", "list")).toBe("There are no deployments.\n");
  const plan = await screen("deploy", "plan", "quay", "--provider", "simulated");
  const [, create] = /moorage (deploy create \w+)\n$/.exec(plan)!;
  const asked = await screen(...create!.split(" "));
  expect(asked).toMatch(/^This waits for a yes, until .*:\n\n {2}.* approve (\w+)\n\nThen make the call again\.\n$/);
  const { approvals } = await json("approve");
  await json("approve", approvals[0].id, "--yes", approvals[0].digest);
  const begun = await screen(...create!.split(" "));
  const [, operation] = /^"quay": create has begun\.\nFollow it: moorage status operation (\w+)\n$/.exec(begun)!;
  expect(await screen("deploy", "list")).toMatch(
    /^NAME +STATUS +HEALTH +PROVIDER +REGION +SIZE +LAST SEEN\nquay +\w+ +\w+ +simulated +sim-1 +small +\S.*\n$/,
  );
  const quay = await screen("deploy", "get", "quay");
  expect(quay).toMatch(/^NAME +quay\nstatus +\w+, \w+/);
  expect(quay).toMatch(/GENERATION +MADE +WHY AND WHAT\n1 +\S+ \S+ +-\n$/);
  expect(await screen("status", "overview")).toMatch(/^TENANT +local\n(.*\n)*servers +1 \w+; simulated: 1\n/);
  expect(await screen("status", "events")).toMatch(
    /^AT +NAME +SEVERITY +KIND +MESSAGE\n\S+ \S+ +quay \(simulated\) +info +\w+ +\S/,
  );
  const followed = await screen("status", "operation", operation!, "--wait-seconds", "0");
  expect(followed).toMatch(/^create: \w+\n/);
});

it("fits a terminal of 80 columns where it can", async () => {
  const lines = [...(await screen("status", "jobs")).split("\n"), ...(await screen("deploy", "list")).split("\n")];
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

it("shows a job's runs, and that there are none", async () => {
  expect(await screen("status", "jobs", "--job", "retention")).toMatch(/\nIt has not run yet\.\n$/);
  expect(await screen("status", "alerts")).toBe("There are no alerts.\n");
});

it("a word too many is told apart from words without quotes", async () => {
  const wrong = async (...words: string[]) => (await moorage(home, words)).stderr;
  expect(await wrong("deploy", "catalog", "simulated")).toContain("name its field; moorage deploy catalog --help");
  expect(await wrong("memory", "search", "blue", "boat")).toContain("put quotes around");
});

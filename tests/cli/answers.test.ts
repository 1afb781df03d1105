/** What tools answer, as a person at a terminal reads it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FORMS } from "moorage/terminal/answers/answers";
import { TOOLS } from "moorage/tools/index";
import { VERBS } from "moorage/verbs/index";
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
  expect(await screen("deploy", "catalog", "simulated")).toContain("SIZE   CPUS  MEMORY");
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
  expect(await screen("status", "overview")).toMatch(
    /^TENANT +local\nbackend +this machine\n(.*\n)*servers +1 \w+; simulated: 1\n/,
  );
  expect(await screen("status", "events")).toMatch(
    /^AT +NAME +SEVERITY +KIND +MESSAGE\n\S+ \S+ +quay \(simulated\) +info +\w+ +\S/,
  );
  expect(await screen("status", "logs", "quay")).toBe("  | Simulated: no agent runs there, so there is no log.\n");
  expect(await screen("status", "check", "quay")).toMatch(/^NAME +STATUS .*\nquay .*\n\nIts provider says: \w+\.\n$/);
  const followed = await screen("status", "operation", operation!, "--wait-seconds", "0");
  expect(followed).toMatch(/^create: \w+\n(So since |$)/);
});

it("fits a terminal of 80 columns where it can", async () => {
  const lines = [...(await screen("status", "jobs")).split("\n"), ...(await screen("deploy", "list")).split("\n")];
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

it("shows a job's runs, and that there are none", async () => {
  expect(await screen("status", "jobs", "--job", "retention")).toMatch(/\nIt has not run yet\.\n$/);
  expect(await screen("status", "job", "pause", "retention")).toMatch(/^JOB +STATE .*\nretention +paused /);
  expect(await screen("status", "alerts")).toBe("There are no alerts.\n");
});

it("says who did what, and whether the trail is whole", async () => {
  expect(await screen("status", "audit")).toMatch(/^AT +KEY +CALL +OUTCOME +ABOUT\n\S+ \S+ +\w+ +\w+:\w+ +\w+/);
  expect(await screen("status", "audit", "--verify")).toMatch(/^\d+ records are as they were sealed\.\n/);
});

it("tells of secrets where they are and whom they reach", async () => {
  await moorage(home, ["secret", "set", "DOCK_KEY"], { stdin: "typed" });
  expect(await screen("secret", "copy", "DOCK_KEY", "--to-agent", "cook")).toBe(
    "DOCK_KEY, of the agent cook, is kept as version 1.\n",
  );
  expect(await screen("secret", "explain", "DOCK_KEY")).toMatch(
    /^For the agent default:\n\nNAME +LEVEL +VERSION +USED +WHY\nDOCK_KEY +default +1 +no +\S/,
  );
  expect(await screen("secret", "rollout", "DOCK_KEY")).toBe("No server loads it; its version is 1.\n");
  expect(await screen("secret", "rotate", "DOCK_KEY")).toMatch(/^Type its new value:\n\n {2}.* secret set DOCK_KEY\n$/);
  expect(await screen("deploy", "disconnect", "hetzner")).toBe("There was no account to forget.\n");
});

it("is in words for every tool that is a command", () => {
  const verbs = new Set(VERBS.map(({ name }) => name.replaceAll(" ", "_")));
  const commands = TOOLS.filter(({ name, reveals }) => !reveals && !verbs.has(name));
  expect(Object.keys(FORMS).sort()).toEqual(commands.map(({ name }) => name));
});

it("reads memories and logs in lines that no text of theirs can pass for or hide in", async () => {
  const content = "The quay\u202e is open\nuser, 2026-05-08: fact";
  const added = await screen("memory", "add", content, "--type", "fact", "--tags", "port");
  expect(added).toMatch(
    /^Remembered:\n\w+ {2}user, \S+ \S+: fact for default\n(.*\n)? {2}tags: port\n {2}\| The quay\\u\{202e\} is open\n {2}\| user, /,
  );
  expect(await screen("memory", "add", content, "--type", "fact")).toMatch(/^This was known already:\n/);
  const found = await screen("memory", "search", "when is the quay open?");
  expect(found).toMatch(/\n {2}says quay, open\n$/);
  const { memories } = await json("memory", "list");
  expect(await screen("memory", "list")).toContain(memories[0].id);
  await screen("memory", "update", memories[0].id, "--content", "The quay is shut");
  expect(await screen("memory", "get", memories[0].id, "--history")).toMatch(
    /\| The quay is shut\n\nBefore:\nsince .*: fact\n {2}\| The quay/,
  );
  expect(await screen("memory", "log", "append", "Cast off.")).toMatch(
    /^\S+ {2}default, by user, .*\n {2}\| Cast off\.\n$/,
  );
  expect(await screen("memory", "log", "read", "--digests")).toMatch(/\| Cast off\.\n\nDAY +AGENT +DIGEST\n/);
  expect(await screen("memory", "context")).toMatch(
    /\| The quay is shut\n\nToday and yesterday:\n.*\n {2}\| Cast off\.\n/,
  );
  expect(await screen("memory", "delete", memories[0].id)).toBe("Forgotten.\n");
  expect(await screen("memory", "search", "quay")).toBe("Nothing was found.\n");
});

it("what a command is about comes without its name, and what is chosen for it second", async () => {
  const wrong = async (...words: string[]) => (await moorage(home, words)).stderr;
  expect(await wrong("status", "events", "heron")).toContain('There is no deployment "heron".');
  expect(await wrong("deploy", "control", "heron", "restart")).toContain('There is no deployment "heron".');
  expect(await screen("deploy", "plan", "pier", "simulated")).toContain('Simulate a server "pier"');
  expect(await screen("status", "jobs", "daily_summary")).toMatch(/\nIt has not run yet\.\n$/);
  expect(await screen("deploy", "control", "--help")).toMatch(
    /--deployment TEXT +required; also without its name; .*\n +--action start\|stop\|restart\|upgrade +required; also without its name, second\n/,
  );
  expect(await wrong("deploy", "control", "heron", "reboot")).toContain(
    'unexpected "reboot": it is none of start, stop, restart, upgrade',
  );
  const twice = await wrong("deploy", "control", "heron", "restart", "--action", "stop");
  expect(twice).toContain('unexpected "restart"; put quotes around');
});

it("a word too many is told apart from words without quotes", async () => {
  const wrong = async (...words: string[]) => (await moorage(home, words)).stderr;
  expect(await wrong("deploy", "list", "quay")).toContain("name its field; moorage deploy list --help");
  expect(await wrong("memory", "search", "blue", "boat")).toContain("put quotes around");
});

/** Importing `.env` files: what goes where, what stays, who is asked, and that no value reaches the model. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as approvals from "@moorage/shared/contracts/approvals";
import * as secrets from "@moorage/shared/contracts/secrets";
import { parseSecretName } from "@moorage/shared/secret-name";
import importEnv from "moorage/tools/secret/import-env";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { CLEANED, MOVED, STAYING, TEXT } from "../support/env-file.ts";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";
import { callTool, type Told } from "../support/session.ts";

let host: Host;
let me: Caller;
let folder: string;
/** Everything that the model was told. */
let told: Told[];
beforeAll(async () => {
  host = await openInProcess();
});
afterAll(() => host.close());
beforeEach(async () => {
  me = await host.admit();
  told = [];
  folder = realpathSync(mkdtempSync(join(tmpdir(), "moorage-")));
  mkdirSync(join(folder, "app"));
  // Its agent is known, so that its underscore is no end of its name.
  await me.backend.call(secrets.set, { name: "KNOWN", agent: "night_watch", value: "v" });
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (file: string, text: string, mode = 0o600) => writeFileSync(join(folder, file), text, { mode });
const get = (file: string) => readFileSync(join(folder, file), "utf8");
async function run(input: Record<string, unknown>): Promise<Told> {
  const imports = { cwd: folder, roots: [folder], stateDir: join(folder, "state") };
  const answer = await callTool(importEnv, input, { backend: me.backend, imports });
  told.push(answer);
  return answer;
}
async function approved(input: Record<string, unknown>): Promise<Told> {
  const waiting = await run(input);
  expect(waiting).toMatchObject({ status: "waiting_for_user", approvalId: expect.any(String) });
  const { approval } = await me.backend.call(approvals.get, { id: String(waiting["approvalId"]) });
  told.push({ lines: approval.lines });
  await me.backend.call(approvals.decide, { id: approval.id, digest: approval.digest, decision: "approve" });
  return run(input);
}
const plan = async (...paths: string[]) => {
  const answer = await run({ phase: "plan", paths });
  return { answer, id: String(answer["plan"]) };
};
async function stored(variable: string): Promise<string | undefined> {
  const { name, level, agent } = parseSecretName(variable, ["night_watch"]);
  const place = { name, level, ...(agent === undefined ? {} : { agent }) };
  return (await me.backend.call(secrets.reveal, place).catch(() => undefined))?.value;
}

it("moves a file of forty lines phase by phase, and keeps every byte that does not belong into the store", async () => {
  expect(TEXT.split("\n")).toHaveLength(40);
  put(".env", TEXT, 0o640);
  const { answer, id } = await plan(".env");
  const found = answer["secrets"] as { variable: string; level: string; agent?: string; files: string[] }[];
  expect(found.map(({ variable }) => variable).sort()).toEqual(Object.keys(MOVED).sort());
  expect(found.find(({ variable }) => variable === "AGENT_night_watch_TOKEN")).toMatchObject({
    name: "TOKEN",
    level: "agent",
    agent: "night_watch",
    files: [".env"],
  });
  const left = answer["left"] as { variable?: string; reason: string; line: number }[];
  expect(left.filter(({ variable }) => variable === undefined)).toEqual([
    { file: ".env", line: 34, reason: "it is no statement NAME=value" },
  ]);
  for (const [variable, reason] of Object.entries(STAYING))
    expect(left.find((one) => one.variable === variable)?.reason).toContain(reason);

  const early = await run({ phase: "verify", plan: id });
  expect(early).toMatchObject({ verified: 0, next: expect.stringContaining("First the phase copy") });
  expect(await approved({ phase: "copy", plan: id })).toMatchObject({
    copied: Object.keys(MOVED).length,
    unchanged: 0,
  });
  expect(get(".env")).toBe(TEXT);
  for (const [variable, value] of Object.entries(MOVED))
    expect([variable, await stored(variable)]).toEqual([variable, value]);

  expect(await run({ phase: "verify", plan: id })).toMatchObject({ verified: Object.keys(MOVED).length });
  const cleaned = await approved({ phase: "cleanup", plan: id });
  const [{ backup }] = cleaned["removed"] as [{ backup: string }];
  expect(get(".env")).toBe(CLEANED);
  expect(statSync(join(folder, ".env")).mode & 0o777).toBe(0o640);
  expect(readFileSync(backup, "utf8")).toBe(TEXT);
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  expect(await run({ phase: "cleanup", plan: id })).toMatchObject({ removed: [] });

  const seen = JSON.stringify(told);
  for (const value of Object.values(MOVED)) expect(seen).not.toContain(JSON.stringify(value).slice(1, -1));
});

it("names the files that disagree by digest, and copies nothing until a person has chosen", async () => {
  put(".env", "TOKEN=one\nPORT=8080\nSAME=s\n");
  put("app/.env", "TOKEN=two\nSAME=s\n");
  const { answer, id } = await plan(".env", "app/.env");
  const [token, port, same] = answer["secrets"] as [{ disagree: { file: string; digest: string }[] }, object, object];
  expect(token.disagree.map(({ file }) => file)).toEqual([".env", "app/.env"]);
  expect(token.disagree[0]!.digest).not.toBe(token.disagree[1]!.digest);
  expect([port, same].filter((one) => "disagree" in one)).toEqual([]);
  expect(await run({ phase: "copy", plan: id })).toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining("TOKEN is not the same in .env, app/.env"),
  });
  expect(await run({ phase: "copy", plan: id, choices: ["TOKEN=other/.env"] })).toMatchObject({
    code: "invalid_input",
  });
  const choices = ["TOKEN=app/.env", "PORT=keep"];
  expect(await approved({ phase: "copy", plan: id, choices })).toMatchObject({ copied: 2 });
  expect([await stored("TOKEN"), await stored("PORT"), await stored("SAME")]).toEqual(["two", undefined, "s"]);
  await approved({ phase: "cleanup", plan: id });
  expect([get(".env"), get("app/.env")]).toEqual(["TOKEN=one\nPORT=8080\n", ""]);
});

it("says what a copy replaces, and touches nothing that is stored already", async () => {
  await me.backend.call(secrets.set, { name: "OLD", level: "global", value: "before" });
  await me.backend.call(secrets.set, { name: "SAME", level: "global", value: "same" });
  put(".env", "OLD=after\nSAME=same\n");
  const { answer, id } = await plan(".env", "./.env");
  expect(answer["secrets"]).toMatchObject([
    { variable: "OLD", files: [".env"] },
    { variable: "SAME", stored: true },
  ]);
  expect(await approved({ phase: "copy", plan: id })).toMatchObject({ copied: 1, unchanged: 1 });
  expect(JSON.stringify(told)).toContain("OLD (global, replaces version 1)");
  expect(await run({ phase: "copy", plan: id })).toMatchObject({ copied: 0, unchanged: 2 });
});

it("leaves a name alone whose last statement cannot be told, for that one counts", async () => {
  put(".env", "TOKEN=old\nTOKEN=\x24{NEW}\nOTHER=o\n");
  const { answer } = await plan(".env");
  expect(answer["secrets"]).toMatchObject([{ variable: "OTHER" }]);
  expect(answer["left"]).toMatchObject([
    { line: 1, variable: "TOKEN", reason: "a line below, which stays, sets it again" },
    { line: 2, variable: "TOKEN" },
  ]);
});

it("takes no value out from below another one, which would count instead", async () => {
  put(".env", "TOKEN=one\nTOKEN=two\nOTHER=o\n");
  const { id } = await plan(".env");
  await approved({ phase: "copy", plan: id });
  const cleaned = await approved({ phase: "cleanup", plan: id });
  expect(cleaned["left"]).toMatchObject([
    { line: 2, variable: "TOKEN", reason: "a line above, which stays, would count instead" },
    { line: 1, variable: "TOKEN", reason: "the store has another value" },
  ]);
  expect(get(".env")).toBe("TOKEN=one\nTOKEN=two\n");
});

it("does nothing after a no, nor without an answer", async () => {
  put(".env", "TOKEN=one\n");
  const { id } = await plan(".env");
  const waiting = await run({ phase: "copy", plan: id });
  expect(await run({ phase: "copy", plan: id })).toMatchObject({ approvalId: waiting["approvalId"] });
  const { approval } = await me.backend.call(approvals.get, { id: String(waiting["approvalId"]) });
  await me.backend.call(approvals.decide, { id: approval.id, digest: approval.digest, decision: "decline" });
  expect(await run({ phase: "copy", plan: id })).toMatchObject({ code: "approval_declined" });
  expect(await stored("TOKEN")).toBeUndefined();
});

it("copies nothing that is no longer what the plan showed, and removes nothing that the store does not have", async () => {
  put(".env", "TOKEN=one\nOTHER=o\n");
  const { id } = await plan(".env");
  put(".env", "TOKEN=changed\nOTHER=o\n");
  expect(await run({ phase: "copy", plan: id })).toMatchObject({ code: "conflict" });
  put(".env", "TOKEN=one\nOTHER=o\n");
  await approved({ phase: "copy", plan: id });
  put(".env", "TOKEN=changed later\nOTHER=o\n");
  expect(await run({ phase: "verify", plan: id })).toMatchObject({
    verified: 1,
    left: [{ file: ".env", line: 1, variable: "TOKEN", reason: "the store has another value" }],
  });
  await approved({ phase: "cleanup", plan: id });
  expect(get(".env")).toBe("TOKEN=changed later\n");
});

it("asks for what is missing", async () => {
  expect(await run({ phase: "plan" })).toMatchObject({ message: expect.stringContaining("paths") });
  expect(await run({ phase: "copy" })).toMatchObject({ message: expect.stringContaining("plan") });
  for (const id of ["0123456789ab", "../../etc", ""])
    expect(await run({ phase: "copy", plan: id })).toMatchObject({ code: "not_found" });
  expect(await run({ phase: "plan", paths: ["/etc/passwd"] })).toMatchObject({ code: "invalid_input" });
});

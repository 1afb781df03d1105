/** An import that is killed at every step of every phase: nothing is lost, and running the phase again completes it. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { reveal, set } from "@moorage/shared/contracts/secrets";
import { parseSecretName } from "@moorage/shared/secret-name";
import { createBackend } from "moorage/backend/client";
import { openDoor } from "moorage/backend/open";
import type { Backend } from "moorage/backend/types";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CLEANED, MOVED, TEXT } from "../support/env-file.ts";

const PROGRAM = fileURLToPath(new URL("import-process.ts", import.meta.url));

let folder: string;
let files: string;
let owner: Backend;
beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "moorage-import-")));
  files = join(folder, "project");
  mkdirSync(files);
  writeFileSync(join(files, ".env"), TEXT);
  owner = createBackend(() => openDoor({ kind: "embedded", ...home() }, "owner"), {
    clientName: () => "tests",
    readOnly: false,
  });
  // Its agent is known, so that its underscore is no end of its name.
  await owner.call(set, { name: "KNOWN", agent: "night_watch", value: "v" });
});
afterEach(async () => {
  await owner.close();
  rmSync(folder, { recursive: true });
});

const home = () => ({ dataDir: join(folder, "data"), configDir: join(folder, "config") });
const file = () => readFileSync(join(files, ".env"), "utf8");
const backups = () => globSync(join(folder, "config/imports/*/1-.env*"));

/** Undefined for a process that died. */
function run(input: Record<string, unknown>, steps: number): Record<string, unknown> | undefined {
  const args = [PROGRAM, JSON.stringify({ home: home(), files, input, steps })];
  const { signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (signal === "SIGKILL") return undefined;
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

/** The phase, killed after one step, then after some more, until it lives to its end. */
async function killed(
  input: Record<string, unknown>,
  more = 1,
): Promise<{ answer: Record<string, unknown>; kills: number }> {
  for (let [steps, kills] = [1, 0]; ; steps += more, kills++) {
    const answer = run(input, steps);
    await expectNothingLost();
    if (answer !== undefined) return { answer, kills };
  }
}

/** Every value is in the file as it was, or in the store; and a file that has changed has its backup. */
async function expectNothingLost(): Promise<void> {
  if (file() === TEXT) return;
  expect(file()).toBe(CLEANED);
  for (const [variable, value] of Object.entries(MOVED)) {
    const { name, level, agent } = parseSecretName(variable, ["night_watch"]);
    const place = { name, level, ...(agent === undefined ? {} : { agent }) };
    expect(await owner.call(reveal, place)).toMatchObject({ value });
  }
  expect(backups().map((path) => readFileSync(path, "utf8"))).toContain(TEXT);
}

it("loses nothing, and is completed by running it again", async () => {
  const planned = await killed({ phase: "plan", paths: [".env"] });
  const plan = planned.answer["plan"];
  const copied = await killed({ phase: "copy", plan }, 3);
  expect(copied.kills).toBeGreaterThan(4);
  const verified = await killed({ phase: "verify", plan });
  expect(verified.answer).toMatchObject({ verified: Object.keys(MOVED).length });
  expect(file()).toBe(TEXT);
  const cleaned = await killed({ phase: "cleanup", plan });
  expect(Math.min(planned.kills, verified.kills, cleaned.kills)).toBeGreaterThan(0);
  expect(file()).toBe(CLEANED);
  expect(existsSync(join(files, ".env.moorage-draft"))).toBe(false);
}, 120_000);

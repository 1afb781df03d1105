import { spawnSync } from "node:child_process";
import { chmodSync, statSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { temporaryFile } from "../testing/open-engine.ts";
import { SchedulerLock } from "./lock.ts";

const modeOf = (path: string) => statSync(path).mode & 0o777;

it.skipIf(process.platform === "win32")("its file is for those who may read the database, and no others", () => {
  const path = temporaryFile();
  writeFileSync(path, "", { mode: 0o600 });
  new SchedulerLock(path).close();
  expect(modeOf(`${path}-scheduler`)).toBe(0o600);
  chmodSync(`${path}-scheduler`, 0o644);
  new SchedulerLock(path).close();
  expect(modeOf(`${path}-scheduler`)).toBe(0o600);
});

/** Whether another process gets it. */
const isFree = (path: string) => {
  const take = `new (require("node:sqlite").DatabaseSync)(process.argv[1], { timeout: 0 }).exec("BEGIN EXCLUSIVE")`;
  return spawnSync(process.execPath, ["-e", take, `${path}-scheduler`]).status === 0;
};

it("is not lost to other processes where its own opens the file once more", () => {
  const path = temporaryFile();
  writeFileSync(path, "");
  const [held, other] = [new SchedulerLock(path), new SchedulerLock(path)];
  expect(isFree(path)).toBe(true);
  expect(held.tryAcquire()).toBe(true);
  const third = new SchedulerLock(path);
  expect(isFree(path)).toBe(false);
  for (const lock of [held, other, third]) lock.close();
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Home, moorage } from "./support/command.ts";

let root: string;
let home: Home;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "moorage-cli-"));
  home = { dataDir: join(root, "data"), configDir: join(root, "config") };
});
afterEach(() => rmSync(root, { recursive: true }));

it("moorage status retention says how long records are kept, sets it, and names what is no number of days", async () => {
  const words = ["status", "retention"];
  const { stdout } = await moorage(home, words, { terminal: true });
  expect(stdout).toBe(
    "KEPT            DAYS\nevents          90\nlogs            7\nconfigurations  365\nruns            30\nalerts          180\n",
  );
  const set = await moorage(home, [...words, "--events", "14", "--runs", "3"]);
  expect(JSON.parse(set.stdout)).toMatchObject({ events: 14, logs: 7, runs: 3 });
  const { code, stderr } = await moorage(home, [...words, "--logs", "forever"]);
  expect([code, stderr]).toEqual([1, "moorage: --logs must be a number of days\n"]);
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { engineWriter } from "./engine-writer.ts";
import { killRepeatedly } from "./kills.ts";
import { serverWriter } from "./server-writer.ts";

let folder: string;
let entry: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "moorage-kill-"));
  ({ entry } = await buildPackage(join(folder, "dist")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a writer that is killed again and again", () => {
  it("loses no memory the stdio server has acknowledged", async () => {
    const outcome = await killRepeatedly(serverWriter(entry, join(folder, "home")), 12, Math.random);
    expect(outcome).toMatchObject({ lost: [], integrity: "ok" });
    expect(outcome.acknowledged).toBeGreaterThanOrEqual(12);
  });

  it("loses no acknowledged mutation of the engine, and leaves no half of one", async () => {
    const outcome = await killRepeatedly(engineWriter(join(folder, "engine.db")), 8, Math.random);
    expect(outcome).toMatchObject({ lost: [], halves: 0, integrity: "ok" });
    expect(outcome.acknowledged).toBeGreaterThanOrEqual(8);
  });
});

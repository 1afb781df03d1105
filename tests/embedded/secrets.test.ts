import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as audit from "@moorage/shared/contracts/audit";
import * as keys from "@moorage/shared/contracts/keys";
import * as secrets from "@moorage/shared/contracts/secrets";
import { createBackend } from "moorage/backend/client";
import { openEmbedded } from "moorage/backend/embedded/open";
import { afterEach, beforeEach, expect, it } from "vitest";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "moorage-"));
});
afterEach(() => rmSync(home, { recursive: true }));

/** One process of the user's, from its start to its end. */
async function run<T>(
  key: "agent" | "owner",
  work: (backend: ReturnType<typeof createBackend>) => Promise<T>,
): Promise<T> {
  const door = () => openEmbedded({ dataDir: join(home, "data"), configDir: join(home, "config"), key });
  const backend = createBackend(door, { clientName: () => "tests", readOnly: false });
  try {
    return await work(backend);
  } finally {
    await backend.close();
  }
}

const value = () =>
  run("agent", async (backend) => (await backend.call(secrets.resolve, { names: ["API_KEY"] })).values[0]?.value);

it("secrets are there for the next process; an agent's key uses them and reveals none", async () => {
  await run("owner", (backend) => backend.call(secrets.set, { name: "API_KEY", value: "kept" }));
  expect(await value()).toBe("kept");
  const reveal = run("agent", (backend) => backend.call(secrets.reveal, { name: "API_KEY" }));
  await expect(reveal).rejects.toMatchObject({ code: "missing_scope" });
});

it("what an agent's key was refused is on record when its process has ended", async () => {
  await run("agent", (backend) => backend.call(keys.list, {})).catch(() => {});
  const { records } = await run("owner", (backend) => backend.call(audit.list, {}));
  expect(records).toMatchObject([{ function: "keys:list", outcome: "missing_scope", count: 1 }]);
});

it("keys of a release that knew no secrets go on working, and secrets work with them", async () => {
  await run("owner", (backend) => backend.call(secrets.list, {}));
  const [name] = readdirSync(join(home, "config"));
  const path = join(home, "config", name!);
  const { signingKey, agent, owner } = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ signingKey, agent, owner }));
  await run("agent", (backend) => backend.call(secrets.set, { name: "API_KEY", value: "kept" }));
  expect(await value()).toBe("kept");
});

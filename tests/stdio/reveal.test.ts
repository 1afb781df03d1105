/** `secret_get` in the built server: shown by a flag, answered by a scope, and always on record. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepProfile } from "moorage/profiles";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { connectClient } from "./support/client.ts";

const out = mkdtempSync(join(tmpdir(), "moorage-reveal-"));
const env = { MOORAGE_DATA_DIR: join(out, "data"), MOORAGE_CONFIG_DIR: join(out, "config") };
const VALUE = "shown-to-those-who-may";
let entry: string;
let server: Awaited<ReturnType<typeof connectClient>> | undefined;

const command = (words: string[], input = "") =>
  execFileSync(process.execPath, [entry, ...words], { input, encoding: "utf8", env });
const get = async () => (await server!.call("secret_get", { name: "API_KEY" })).structuredContent;

beforeAll(async () => {
  ({ entry } = await buildPackage(join(out, "built")));
  command(["secret", "set", "API_KEY"], VALUE);
});
afterEach(() => server?.close());
afterAll(() => rmSync(out, { recursive: true }));

it("the flag alone shows nothing: the agent's own key lacks the scope", async () => {
  server = await connectClient(entry, env, ["--allow-reveal"]);
  expect(await get()).toMatchObject({ code: "missing_scope" });
});

it("the flag and a key with the scope show the value, and the trail says who saw which", async () => {
  const made = command(["keys", "create", "reader", "--scopes", "secrets:read,secrets:reveal", "--json"]);
  const { key, text } = JSON.parse(made) as { key: { id: string }; text: string };
  await keepProfile({ name: "reader", configDir: env.MOORAGE_CONFIG_DIR }, { address: undefined, apiKey: text });
  server = await connectClient(entry, env, ["--profile", "reader", "--allow-reveal"]);
  expect(await get()).toEqual({ name: "API_KEY", level: "default", version: 1, value: VALUE });
  const { records } = JSON.parse(command(["status", "audit"]));
  expect(records).toContainEqual(
    expect.objectContaining({ function: "secrets:reveal", keyId: key.id, subjects: ["secret:default/API_KEY v1"] }),
  );
});

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { actionGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";
import { expect, it, vi } from "vitest";
import { createEngine } from "../index.ts";
import { modulesOf, openEngine, temporaryFile } from "../testing/open-engine.ts";

const env = {
  read: queryGeneric({ args: { name: v.string() }, handler: (_ctx, { name }) => process.env[name] ?? null }),
  readInAction: actionGeneric({
    args: { name: v.string() },
    handler: async (_ctx, { name }) => process.env[name] ?? null,
  }),
};
const envKey = randomBytes(32);
const open = (path: string, key: Uint8Array | undefined = envKey) =>
  openEngine(
    { env },
    { storage: { kind: "file", path }, ...(key ? { envKey: key } : {}), env: { GIVEN: "by options" } },
  );

it("functions see stored variables, and those the engine was created with", async () => {
  const engine = open(temporaryFile());
  await engine.setEnv([{ name: "TOKEN", value: "marker-1" }]);
  expect(await engine.query("env:read", { name: "TOKEN" })).toBe("marker-1");
  expect(await engine.action("env:readInAction", { name: "TOKEN" })).toBe("marker-1");
  expect(await engine.query("env:read", { name: "GIVEN" })).toBe("by options");
  expect(await engine.query("env:read", { name: "CONVEX_CLOUD_URL" })).toBe("http://127.0.0.1:3210");
  expect(await engine.query("env:read", { name: "PATH" })).toBeNull();
  expect(process.env["TOKEN"]).toBeUndefined();
  expect(await engine.envNames()).toEqual(["TOKEN"]);
});

it("they survive a restart, and removed ones are gone", async () => {
  const path = temporaryFile();
  const first = createEngine({ modules: modulesOf({ env }), storage: { kind: "file", path }, envKey });
  await first.setEnv([
    { name: "A", value: "1" },
    { name: "B", value: "2" },
  ]);
  await first.setEnv([{ name: "B", value: null }]);
  await first.close();
  const second = open(path);
  expect([await second.query("env:read", { name: "A" }), await second.query("env:read", { name: "B" })]).toEqual([
    "1",
    null,
  ]);
});

it("another process sees a change", async () => {
  const path = temporaryFile();
  const one = open(path);
  const other = open(path);
  await one.setEnv([{ name: "SHARED", value: "now" }]);
  await vi.waitFor(async () => expect(await other.query("env:read", { name: "SHARED" })).toBe("now"));
});

it("the file does not hold their values, and another key does not open them", async () => {
  const path = temporaryFile();
  const engine = createEngine({ modules: modulesOf({ env }), storage: { kind: "file", path }, envKey });
  await engine.setEnv([{ name: "SECRET", value: "marker-7f3" }]);
  await engine.close();
  expect(readFileSync(path).includes("marker-7f3")).toBe(false);
  expect(() => open(path, randomBytes(32))).toThrow(expect.objectContaining({ code: "wrong_env_key" }));
});

it("changes are made all or none, and need a key", async () => {
  const engine = open(temporaryFile());
  await expect(
    engine.setEnv([
      { name: "FINE", value: "1" },
      { name: "not fine", value: "2" },
    ]),
  ).rejects.toThrow('name "not fine" is invalid');
  expect(await engine.envNames()).toEqual([]);
  const keyless = openEngine({ env });
  await expect(keyless.setEnv([{ name: "A", value: "1" }])).rejects.toMatchObject({ code: "no_env_key" });
});

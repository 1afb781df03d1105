import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { makeFunctionReference, mutationGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";
import { expect, it, onTestFinished, vi } from "vitest";
import { createEngine, restore } from "../index.ts";
import { modulesOf, openEngine, temporaryFile } from "../testing/open-engine.ts";

const notes = {
  add: mutationGeneric({ args: { text: v.string() }, handler: (ctx, { text }) => ctx.db.insert("notes", { text }) }),
  list: queryGeneric({ handler: async (ctx) => (await ctx.db.query("notes").collect()).map(({ text }) => text) }),
};

const open = (path: string) => openEngine({ notes }, { storage: { kind: "file", path } });

it("a backup made between writes holds those before it, and is a file of its own", async () => {
  const path = temporaryFile();
  const engine = open(path);
  await engine.mutation("notes:add", { text: "before" });
  await engine.backup(`${path}.backup`);
  await engine.mutation("notes:add", { text: "after" });
  expect(existsSync(`${path}.backup-wal`)).toBe(false);
  expect(await open(`${path}.backup`).query("notes:list")).toEqual(["before"]);
  expect(await engine.query("notes:list")).toEqual(["before", "after"]);
});

it("a memory engine can be backed up, too", async () => {
  const path = temporaryFile();
  const engine = openEngine({ notes });
  await engine.mutation("notes:add", { text: "from memory" });
  await engine.backup(path);
  expect(await open(path).query("notes:list")).toEqual(["from memory"]);
});

it("restoring puts a backup in the place of a file, its log included", async () => {
  const path = temporaryFile();
  const engine = createEngine({ modules: modulesOf({ notes }), storage: { kind: "file", path } });
  await engine.mutation("notes:add", { text: "kept" });
  await engine.backup(`${path}.backup`);
  await engine.mutation("notes:add", { text: "undone" });
  await engine.close();
  await restore(`${path}.backup`, path);
  expect(await open(path).query("notes:list")).toEqual(["kept"]);
});

it("a damaged backup is refused and what was there stays", async () => {
  const path = temporaryFile();
  const engine = createEngine({ modules: modulesOf({ notes }), storage: { kind: "file", path } });
  for (let i = 0; i < 200; i++) await engine.mutation("notes:add", { text: `${i}`.repeat(100) });
  await engine.backup(`${path}.backup`);
  await engine.close();
  const bytes = readFileSync(`${path}.backup`);
  bytes.fill(0xab, 8192, 16_384);
  writeFileSync(`${path}.damaged`, bytes);
  writeFileSync(`${path}.short`, bytes);
  truncateSync(`${path}.short`, 5000);
  await expect(restore(`${path}.damaged`, path)).rejects.toMatchObject({ code: "corrupt" });
  await expect(restore(`${path}.short`, path)).rejects.toMatchObject({ code: "corrupt" });
  expect(await open(path).query("notes:list")).toHaveLength(200);
});

it("a backup onto a file that is there, its own among others, is refused", async () => {
  const path = temporaryFile();
  const engine = open(path);
  writeFileSync(`${path}.other`, "something else");
  await expect(engine.backup(path)).rejects.toMatchObject({ code: "exists" });
  await expect(engine.backup(`${path}.other`)).rejects.toMatchObject({ code: "exists" });
  expect(readFileSync(`${path}.other`, "utf8")).toBe("something else");
});

it("a file that an engine has open is not replaced, and nothing that it writes is lost", async () => {
  const path = temporaryFile();
  const engine = createEngine({ modules: modulesOf({ notes }), storage: { kind: "file", path } });
  await engine.mutation("notes:add", { text: "before" });
  await engine.backup(`${path}.backup`);
  await expect(restore(`${path}.backup`, path)).rejects.toMatchObject({ code: "in_use" });
  await engine.mutation("notes:add", { text: "after" });
  await engine.close();
  expect(await open(path).query("notes:list")).toEqual(["before", "after"]);
});

it("nor one that another process has open", async () => {
  const path = temporaryFile();
  const program = fileURLToPath(new URL("../durability/writing-process.ts", import.meta.url));
  const child = spawn(process.execPath, [program, path, "w"], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(async () => {
    if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
  });
  await once(child.stdout, "data");
  await openEngine({ notes }).backup(`${path}.backup`);
  await expect(restore(`${path}.backup`, path)).rejects.toMatchObject({ code: "in_use" });
});

it("restoring replaces a file that is no database", async () => {
  const path = temporaryFile();
  await openEngine({ notes }).backup(`${path}.backup`);
  writeFileSync(path, "no database".repeat(1000));
  await restore(`${path}.backup`, path);
  expect(await open(path).query("notes:list")).toEqual([]);
});

it("an integrity check of a sound file finds nothing", async () => {
  const engine = open(temporaryFile());
  await engine.mutation("notes:add", { text: "fine" });
  expect(await engine.integrityCheck()).toEqual([]);
});

it("a copy that is only looked at runs nothing of what is scheduled, and leaves it to others", async () => {
  const path = temporaryFile();
  const jobs = {
    ...notes,
    later: mutationGeneric({
      handler: (ctx) => ctx.scheduler.runAfter(0, makeFunctionReference<"mutation">("jobs:add"), { text: "ran" }),
    }),
  };
  const idle = openEngine({ jobs }, { storage: { kind: "file", path }, scheduler: false });
  await idle.mutation("jobs:later");
  await idle.tick();
  await idle.scheduler.idle();
  expect(await idle.query("jobs:list")).toEqual([]);
  await idle.close();
  const busy = openEngine({ jobs }, { storage: { kind: "file", path } });
  await vi.waitFor(async () => expect(await busy.query("jobs:list")).toEqual(["ran"]), 10_000);
});

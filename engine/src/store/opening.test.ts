import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { createEngine } from "../index.ts";
import { openEngine, temporaryFile } from "../testing/open-engine.ts";

// biome-ignore lint/suspicious/noExplicitAny: the ctx of an app without generated types
type Ctx = any;

const open = (path: string) => createEngine({ modules: {}, storage: { kind: "file", path } });
const insert = (ctx: Ctx) => ctx.db.insert("notes", { text: "x".repeat(100) });
const count = async (ctx: Ctx) => (await ctx.db.query("notes").collect()).length;

async function writtenFile(notes = 1): Promise<string> {
  const path = temporaryFile();
  const engine = open(path);
  for (let i = 0; i < notes; i++) await engine.inline("mutation", insert);
  await engine.close();
  return path;
}

function withDatabase(path: string, run: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(path);
  run(db);
  db.close();
}

describe("a file", () => {
  it("holds what was written when it is opened again", async () => {
    const path = await writtenFile(3);
    const engine = openEngine({}, { storage: { kind: "file", path } });
    expect(await engine.inline("query", count)).toBe(3);
  });

  it("of a newer format is refused and left as it is", async () => {
    const path = await writtenFile();
    withDatabase(path, (db) => db.exec("PRAGMA user_version = 999"));
    const before = readFileSync(path);
    expect(() => open(path)).toThrow(expect.objectContaining({ name: "EngineError", code: "newer_format" }));
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("of another program is refused and left as it is", () => {
    const path = temporaryFile();
    withDatabase(path, (db) => db.exec("CREATE TABLE theirs (a)"));
    const before = readFileSync(path);
    expect(() => open(path)).toThrow(expect.objectContaining({ name: "EngineError", code: "not_engine_file" }));
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("that is no database is called damaged", () => {
    const path = temporaryFile();
    writeFileSync(path, "This is no database, but text that is long enough to be taken for a header.".repeat(50));
    expect(() => open(path)).toThrow(expect.objectContaining({ name: "EngineError", code: "corrupt" }));
  });

  it("in a folder that is not there cannot be opened", () => {
    const path = `${temporaryFile()}/not/there/data.db`;
    expect(() => open(path)).toThrow(expect.objectContaining({ name: "EngineError", code: "io" }));
  });

  // Root may write everything.
  it.skipIf(process.getuid?.() === 0)(
    "that may not be written says so (skipped for root, whom no permission binds)",
    async () => {
      const path = await writtenFile();
      chmodSync(path, 0o400);
      expect(() => open(path)).toThrow(expect.objectContaining({ name: "EngineError", code: "read_only" }));
    },
  );
});

it("an engine that is closed refuses calls", async () => {
  const engine = open(temporaryFile());
  await engine.close();
  await expect(engine.inline("mutation", insert)).rejects.toMatchObject({ name: "EngineError", code: "closed" });
  await expect(engine.inline("query", count)).rejects.toMatchObject({ name: "EngineError", code: "closed" });
});

it("an engine in memory leaves nothing behind", async () => {
  const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith("convex-engine-"));
  const before = leftovers();
  const engine = openEngine({});
  await engine.inline("mutation", insert);
  expect(await engine.inline("query", count)).toBe(1);
  expect(leftovers()).toEqual(before);
});

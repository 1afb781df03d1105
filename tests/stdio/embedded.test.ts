/** The built server with nothing configured: what a user has who pasted the entry. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { startProcess, toolCall } from "./support/process.ts";

const out = mkdtempSync(join(tmpdir(), "moorage-embedded-"));
let entry: string;

beforeAll(async () => {
  ({ entry } = await buildPackage(join(out, "built")));
});
afterAll(() => rmSync(out, { recursive: true }));

/** A place of its own for each test. */
function home(name: string) {
  const dataDir = join(out, name, "data");
  const env = { MOORAGE_DATA_DIR: dataDir, MOORAGE_CONFIG_DIR: join(out, name, "config") };
  return { dataDir, start: () => startProcess(entry, [], env) };
}

it("a hundred memories added at once are answered each by its id, and all there afterwards", async () => {
  const { start } = home("parallel");
  const server = start();
  const ids = Array.from({ length: 100 }, (_, index) => index);
  for (const id of ids) server.send(toolCall(id, "memory_add", { type: "note", content: `number ${id}` }));
  for (const id of ids) {
    const { result } = await server.answer(id);
    expect(result?.["structuredContent"]).toMatchObject({ memory: { content: `number ${id}` } });
  }
  server.send(toolCall("list", "memory_list", { limit: 100 }));
  const { result } = await server.answer("list");
  const { memories } = result!["structuredContent"] as { memories: { content: string }[] };
  expect(new Set(memories.map(({ content }) => content))).toEqual(new Set(ids.map((id) => `number ${id}`)));
  server.endInput();
  expect((await server.exited).code).toBe(0);
  expect(server.errors()).toBe("");
});

it("a memory whose call was the last line before the end of input is answered and kept", async () => {
  const { start } = home("last");
  const first = start();
  first.send(toolCall(1, "memory_add", { type: "fact", content: "The last word." }));
  first.endInput();
  expect((await first.answer(1)).result?.["isError"]).toBeUndefined();
  expect((await first.exited).code).toBe(0);
  const second = start();
  second.send(toolCall(1, "memory_search", { query: "last word" }));
  second.endInput();
  expect(JSON.stringify((await second.answer(1)).result)).toContain("The last word.");
});

it("input that is refused makes no directory", async () => {
  const { dataDir, start } = home("refused");
  const server = start();
  server.send(toolCall(1, "memory_add", { type: "fact", content: " " }));
  expect((await server.answer(1)).result).toMatchObject({
    isError: true,
    structuredContent: { code: "invalid_input", message: "content: must not be empty" },
  });
  expect(existsSync(dataDir)).toBe(false);
  server.kill();
});

it("a damaged database is one clear error to the model and one line without a stack to the log", async () => {
  const { dataDir, start } = home("damaged");
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(join(dataDir, "moorage.db"), "This was never a database.".repeat(1000));
  const server = start();
  server.send(toolCall(1, "memory_list"));
  const { result } = await server.answer(1);
  expect(result).toMatchObject({ isError: true, structuredContent: { code: "database_corrupt", retryable: false } });
  expect(JSON.stringify(result)).not.toMatch(/node_modules|\.js:|SQLITE/);
  expect(server.errors().trim().split("\n")).toHaveLength(1);
  expect(server.errors()).toMatch(/^moorage: database_corrupt, request /);
  server.kill();
});

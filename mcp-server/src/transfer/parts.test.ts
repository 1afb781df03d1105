import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { gather } from "./gather.ts";
import { writeEntry } from "./own-markdown.ts";
import { Parts } from "./parts.ts";
import { MARKDOWN_HEAD } from "./write.ts";

const folder = mkdtempSync(join(tmpdir(), "moorage-parts-"));
afterAll(() => rmSync(folder, { recursive: true }));

const entry = (id: number) =>
  writeEntry("2026-05-08", { moorage: "memory", id: `m${id}`, type: "fact" }, `Number ${id}. ${"x".repeat(4_000)}`);

it("Markdown that is too long for one file is divided between entries, and read again from its folder", async () => {
  const parts = new Parts(join(folder, "export.md"), { maxBytes: 20_000, head: MARKDOWN_HEAD });
  await parts.write(MARKDOWN_HEAD);
  for (let id = 0; id < 12; id++) await parts.write(entry(id));
  await parts.end();
  expect(parts.paths).toEqual(["export.md", "export-2.md", "export-3.md"].map((name) => join(folder, name)));
  for (const path of parts.paths) {
    expect(readFileSync(path, "utf8").startsWith(MARKDOWN_HEAD)).toBe(true);
    expect(statSync(path).size).toBeLessThan(25_000);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
  const { memories, problems } = await gather(folder, {});
  expect(problems).toEqual([]);
  expect(memories.map(({ key }) => key).sort()).toEqual(Array.from({ length: 12 }, (_, id) => `m${id}`).sort());
});

it("nothing to say is an empty file, and no file is written over", async () => {
  const path = join(folder, "empty.jsonl");
  await new Parts(path, undefined).end();
  expect(readFileSync(path, "utf8")).toBe("");
  await expect(new Parts(path, undefined).write("x")).rejects.toThrow("cannot be written as a new file (EEXIST)");
});

import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { describe, expect, it } from "vitest";
import { createEngine } from "../index.ts";
import { openEngine, temporaryFile } from "../testing/open-engine.ts";
import type { Schema } from "../types.ts";

// biome-ignore lint/suspicious/noExplicitAny: the ctx of an app without generated types
type Ctx = any;

const loose = defineSchema({
  notes: defineTable({ text: v.string(), rank: v.optional(v.number()) }),
}) as unknown as Schema;
const indexed = defineSchema({
  notes: defineTable({ text: v.string(), rank: v.optional(v.number()) })
    .index("by_rank", ["rank"])
    .searchIndex("search", { searchField: "text", filterFields: ["rank"] }),
}) as unknown as Schema;
const strict = defineSchema({ notes: defineTable({ text: v.string(), rank: v.number() }) }) as unknown as Schema;

async function fileWith(notes: object[], schema: Schema = loose): Promise<string> {
  const path = temporaryFile();
  const engine = createEngine({ schema, modules: {}, storage: { kind: "file", path } });
  await engine.inline("mutation", async (ctx: Ctx) => {
    for (const note of notes) await ctx.db.insert("notes", note);
  });
  await engine.close();
  return path;
}

const reopen = (path: string, schema: Schema) => openEngine({}, { schema, storage: { kind: "file", path } });

describe("no schema given", () => {
  it("leaves the file's own: its indexes stay, and whoever has the file open goes on", async () => {
    const path = await fileWith([{ text: "a", rank: 1 }], indexed);
    const open = reopen(path, indexed);
    const tool = openEngine({}, { storage: { kind: "file", path } });
    const ranks = (ctx: Ctx) => ctx.db.query("notes").withIndex("by_rank").collect();
    expect(await tool.inline("query", ranks)).toMatchObject([{ text: "a" }]);
    await open.inline("mutation", (ctx: Ctx) => ctx.db.insert("notes", { text: "b", rank: 2 }));
    expect(await tool.inline("query", ranks)).toHaveLength(2);
  });

  it("is not the same as null, which takes the indexes away", async () => {
    const path = await fileWith([{ text: "a", rank: 1 }], indexed);
    const engine = reopen(path, null);
    const ranks = engine.inline("query", (ctx: Ctx) => ctx.db.query("notes").withIndex("by_rank").collect());
    await expect(ranks).rejects.toThrow("by_rank");
  });
});

describe("a new schema", () => {
  it("finds the documents that are there in its new indexes", async () => {
    const notes = Array.from({ length: 1200 }, (_, rank) => ({ text: `note number ${rank}`, rank: 1200 - rank }));
    const engine = reopen(await fileWith(notes), indexed);
    const [first, found] = await engine.inline("query", async (ctx: Ctx) => [
      await ctx.db.query("notes").withIndex("by_rank").first(),
      await ctx.db
        .query("notes")
        .withSearchIndex("search", (q: Ctx) => q.search("text", "number 700").eq("rank", 500))
        .collect(),
    ]);
    expect(first).toMatchObject({ rank: 1, text: "note number 1199" });
    expect(found).toMatchObject([{ text: "note number 700" }]);
  });

  it("that documents do not match is refused with the document, and the old one goes on", async () => {
    const path = await fileWith([{ text: "a", rank: 1 }, { text: "b" }]);
    expect(() => createEngine({ schema: strict, modules: {}, storage: { kind: "file", path } })).toThrow(
      /Document with ID "\w+" in table "notes" does not match the schema: Object is missing the required field `rank`/,
    );
    const engine = reopen(path, loose);
    expect(await engine.inline("query", async (ctx: Ctx) => (await ctx.db.query("notes").collect()).length)).toBe(2);
  });

  it("that documents match by now is taken", async () => {
    const path = await fileWith([{ text: "a", rank: 1 }]);
    const engine = reopen(path, strict);
    await expect(engine.inline("mutation", (ctx: Ctx) => ctx.db.insert("notes", { text: "b" }))).rejects.toThrow(
      "missing the required field `rank`",
    );
  });

  it("may drop indexes and have them again", async () => {
    const path = await fileWith(
      [
        { text: "a", rank: 2 },
        { text: "b", rank: 1 },
      ],
      indexed,
    );
    const without = createEngine({ schema: loose, modules: {}, storage: { kind: "file", path } });
    await without.inline("mutation", (ctx: Ctx) => ctx.db.insert("notes", { text: "c", rank: 0 }));
    await expect(
      without.inline("query", (ctx: Ctx) => ctx.db.query("notes").withIndex("by_rank").collect()),
    ).rejects.toThrow("by_rank");
    await without.close();
    const engine = reopen(path, indexed);
    const texts = await engine.inline("query", async (ctx: Ctx) =>
      (await ctx.db.query("notes").withIndex("by_rank").collect()).map(({ text }: { text: string }) => text),
    );
    expect(texts).toEqual(["c", "b", "a"]);
  });

  it("stops an older process of the same file from writing", async () => {
    const path = await fileWith([{ text: "a" }]);
    const older = reopen(path, loose);
    await older.inline("mutation", (ctx: Ctx) => ctx.db.insert("notes", { text: "b" }));
    const newer = reopen(path, indexed);
    await expect(older.inline("mutation", (ctx: Ctx) => ctx.db.insert("notes", { text: "c" }))).rejects.toMatchObject({
      name: "EngineError",
      code: "restart_needed",
    });
    await newer.inline("mutation", (ctx: Ctx) => ctx.db.insert("notes", { text: "d", rank: 1 }));
    expect(
      await newer.inline("query", async (ctx: Ctx) =>
        (await ctx.db.query("notes").withIndex("by_rank").order("desc").collect()).map((n: { text: string }) => n.text),
      ),
    ).toEqual(["d", "b", "a"]);
  });
});

it("an invalid schema is refused at once, before the file is made", () => {
  const path = temporaryFile();
  const invalid = defineSchema({ notes: defineTable({ a: v.string() }).index("by_a", ["a"]).index("again", ["a"]) });
  const create = () =>
    createEngine({ schema: invalid as unknown as Schema, modules: {}, storage: { kind: "file", path } });
  expect(create).toThrow('In table "notes" index "by_a" and index "again" have the same fields.');
});

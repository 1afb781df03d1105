/** Full-text search: after random writes, against what a scan would find, and what it refuses. */
import { defineSchema, defineTable, makeFunctionReference, mutationGeneric } from "convex/server";
import { v } from "convex/values";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createEngine } from "../index.ts";
import { openEngine } from "../testing/open-engine.ts";

// biome-ignore lint/suspicious/noExplicitAny: the ctx of an app without generated types
type Ctx = any;

const schema = defineSchema({
  notes: defineTable({ text: v.optional(v.string()), kind: v.optional(v.string()) })
    .index("by_kind", ["kind"])
    .searchIndex("text", { searchField: "text", filterFields: ["kind"] }),
});

interface Note {
  text?: string;
  kind?: string;
}

type Write = { do: "insert"; note: Note } | { do: "patch"; nth: number; note: Note } | { do: "delete"; nth: number };

const WORDS = ["sun", "sunny", "Sunday", "moon", "mond", "o'clock", "naïve", "42"];
const note = fc.record(
  {
    text: fc.array(fc.constantFrom(...WORDS), { maxLength: 5 }).map((words) => words.join(" ")),
    kind: fc.constantFrom("a", "b"),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const nth = fc.nat({ max: 20 });
const writes = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("insert" as const), note }),
    fc.record({ do: fc.constant("insert" as const), note }),
    fc.record({ do: fc.constant("patch" as const), nth, note }),
    fc.record({ do: fc.constant("delete" as const), nth }),
  ),
  { maxLength: 8 },
);
/** Writes of one mutation: its own, and those of a nested one that fails. */
const mutation = fc.record({ before: writes, undone: writes, after: writes });
const search = fc.record({
  words: fc.array(fc.constantFrom(...WORDS, "su", "mo", "o", "4", "absent"), { minLength: 1, maxLength: 3 }),
  kind: fc.constantFrom("any", "a", "b", "none"),
});

async function apply(ctx: Ctx, list: readonly Write[]): Promise<void> {
  for (const write of list) {
    if (write.do === "insert") {
      await ctx.db.insert("notes", write.note);
      continue;
    }
    const all = await ctx.db.query("notes").collect();
    const target = all[write.nth % Math.max(all.length, 1)];
    if (target === undefined) continue;
    if (write.do === "delete") await ctx.db.delete(target._id);
    else await ctx.db.patch(target._id, write.note);
  }
}

const wordsOf = (text: string | undefined): string[] => (text ?? "").toLowerCase().split(/[^\p{L}\p{N}]+/u);

function matches(words: readonly string[], { text }: Note): boolean {
  const terms = words.flatMap(wordsOf).filter((term) => term !== "");
  const found = wordsOf(text);
  return terms.some((term, i) =>
    found.some((word) => word === term || (i === terms.length - 1 && word.startsWith(term))),
  );
}

async function compareWithScan(ctx: Ctx, { words, kind }: { words: string[]; kind: string }): Promise<void> {
  const found = await ctx.db
    .query("notes")
    .withSearchIndex("text", (q: Ctx) => {
      const searched = q.search("text", words.join(" "));
      return kind === "any" ? searched : searched.eq("kind", kind === "none" ? undefined : kind);
    })
    .collect();
  const all: (Note & { _id: string })[] = await ctx.db.query("notes").collect();
  const expected = all.filter((each) => (kind === "any" || (each.kind ?? "none") === kind) && matches(words, each));
  const ids = (notes: { _id: string }[]) => notes.map(({ _id }) => _id).toSorted();
  expect(ids(found)).toEqual(ids(expected));
}

const failing = {
  writes: mutationGeneric({
    handler: async (ctx, { list }) => {
      await apply(ctx, list as Write[]);
      throw new Error("undone");
    },
  }),
};

it("search finds what a scan finds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), search, async (mutations, wanted) => {
      const engine = createEngine({
        schema,
        modules: { "./failing.ts": async () => failing },
        storage: { kind: "memory" },
      });
      try {
        for (const { before, undone, after } of mutations) {
          await engine.inline("mutation", async (ctx) => {
            await apply(ctx, before);
            await ctx.runMutation(makeFunctionReference("failing:writes"), { list: undone }).catch(() => {});
            await compareWithScan(ctx, wanted);
            await apply(ctx, after);
            await compareWithScan(ctx, wanted);
          });
          await engine.inline("query", (ctx) => compareWithScan(ctx, wanted));
        }
      } finally {
        await engine.close();
      }
    }),
    { numRuns: 60 },
  );
});

/** The texts of the notes found, best first. */
async function openWith(...notes: Note[]) {
  const engine = openEngine({}, { schema });
  await engine.inline("mutation", async (ctx) => {
    for (const each of notes) await ctx.db.insert("notes", each);
  });
  return (filter: (q: Ctx) => Ctx): Promise<(string | undefined)[]> =>
    engine.inline("query", async (ctx) => {
      const found: Note[] = await ctx.db.query("notes").withSearchIndex("text", filter).collect();
      return found.map(({ text }) => text);
    });
}

it("ranks notes with rarer and more of the words first", async () => {
  const find = await openWith(
    { text: "the cat sat on the mat" },
    { text: "the dog" },
    { text: "a cat and a dog" },
    { text: "a bird" },
  );
  expect((await find((q) => q.search("text", "cat dog")))[0]).toBe("a cat and a dog");
  expect(await find((q) => q.search("text", "bird nothing"))).toEqual(["a bird"]);
});

it("takes only the last word as a beginning", async () => {
  const find = await openWith({ text: "sunshine" }, { text: "moonlight" });
  expect(await find((q) => q.search("text", "sun"))).toEqual(["sunshine"]);
  expect(await find((q) => q.search("text", "sun zzz"))).toEqual([]);
  expect(await find((q) => q.search("text", "zzz SUN"))).toEqual(["sunshine"]);
});

it("takes what is searched for as words, not as an expression", async () => {
  const find = await openWith({ text: "NEAR the end" }, { text: "a* or b" });
  expect(await find((q) => q.search("text", '"near'))).toEqual(["NEAR the end"]);
  expect(await find((q) => q.search("text", "NEAR(the end)"))).toEqual(["NEAR the end"]);
  expect(await find((q) => q.search("text", "text : near - ^end"))).toEqual(["NEAR the end"]);
  expect(await find((q) => q.search("text", "*\u0000'--"))).toEqual([]);
  expect(await find((q) => q.search("text", ""))).toEqual([]);
});

it.each(["cafe\u0301s", "ΟΔΟΣ", "İstanbul", "हिन्दी", "日本語", "Straße", "ﬁne", "x\u{1E900}"])(
  "finds %s, and nothing else",
  async (word) => {
    const find = await openWith({ text: `before ${word} after` }, { text: "another" });
    expect(await find((q) => q.search("text", word))).toEqual([`before ${word} after`]);
  },
);

it("tells a filter for undefined from one for null or another kind", async () => {
  const find = await openWith({ text: "note one" }, { text: "note two", kind: "a" });
  expect(await find((q) => q.search("text", "note").eq("kind", undefined))).toEqual(["note one"]);
  expect(await find((q) => q.search("text", "note").eq("kind", "a"))).toEqual(["note two"]);
  expect(await find((q) => q.search("text", "note").eq("kind", null))).toEqual([]);
});

it.each([
  ["no search", (q: Ctx) => q.eq("kind", "a"), "does not contain any search filters"],
  ["two searches", (q: Ctx) => q.search("text", "a").search("text", "b"), "multiple search filters"],
  ["another field", (q: Ctx) => q.search("kind", "a"), "doesn't match the indexed `searchField`"],
  ["a field that is no filter field", (q: Ctx) => q.search("text", "a").eq("text", "a"), "isn't indexed for filtering"],
])("refuses %s", async (_name, filter, sentence) => {
  const find = await openWith({ text: "a" });
  await expect(find(filter)).rejects.toThrow(sentence);
});

it("stops after 1,024 documents, with Convex's sentence", async () => {
  const find = await openWith(...Array.from({ length: 1_025 }, () => ({ text: "many" })));
  await expect(find((q) => q.search("text", "many"))).rejects.toThrow("scanned too many documents");
});

it.each([2, 12, 30])(
  "finds the same in the same order, however much a filter lets pass: all but one of %i",
  async (nth) => {
    const words = ["sun", "moon", "moon rise", "sunny day", "day"];
    const find = await openWith(
      ...Array.from({ length: 400 }, (_, i) => ({
        text: `${words[i % words.length]} ${"and on ".repeat(i % 7)}${i}`,
        kind: i % nth === 0 ? "b" : "a",
      })),
    );
    const ofKind = (text: string | undefined) => (Number(text?.split(" ").at(-1)) % nth === 0 ? "b" : "a");
    for (const query of ["sun", "moon day", "rise su", "39 and"]) {
      const all = await find((q) => q.search("text", query));
      for (const kind of ["a", "b"]) {
        const found = await find((q) => q.search("text", query).eq("kind", kind));
        expect(found).toEqual(all.filter((text) => ofKind(text) === kind));
      }
    }
  },
);

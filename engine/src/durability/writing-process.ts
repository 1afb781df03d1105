/**
 * A process that writes until it is killed. Each mutation writes two documents with the same number; it is
 * acknowledged on stdout, one number a line, as soon as the engine says that it is done.
 */
import {
  defineSchema,
  defineTable,
  internalMutationGeneric,
  makeFunctionReference,
  mutationGeneric,
} from "convex/server";
import { v } from "convex/values";
import { createEngine } from "../index.ts";

const [, , path = "", writer = "", clients = "4", stopAfterMs = "60000"] = process.argv;
const half = v.object({ writer: v.string(), number: v.number(), half: v.string() });
const second = makeFunctionReference<"mutation">("pairs:second");

const pairs = {
  add: mutationGeneric({
    args: { writer: v.string(), number: v.number() },
    handler: async (ctx, { writer, number }) => {
      await ctx.db.insert("halves", { writer, number, half: "first" });
      await ctx.runMutation(second, { writer, number });
      if (number % 7 === 0)
        await ctx.scheduler.runAfter(0, makeFunctionReference<"mutation">("pairs:note"), { writer, number });
    },
  }),
  second: internalMutationGeneric({
    args: { writer: v.string(), number: v.number() },
    handler: (ctx, { writer, number }) => ctx.db.insert("halves", { writer, number, half: "second" }),
  }),
  note: internalMutationGeneric({
    args: { writer: v.string(), number: v.number() },
    handler: (ctx, { writer, number }) => ctx.db.insert("notes", { writer, number }),
  }),
};

const engine = createEngine({
  schema: defineSchema({
    halves: defineTable(half).index("by_number", ["writer", "number"]).searchIndex("half", { searchField: "half" }),
    notes: defineTable({ writer: v.string(), number: v.number() }).index("by_number", ["writer", "number"]),
  }),
  modules: { "./pairs.ts": async () => pairs },
  storage: { kind: "file", path },
});

let next = 0;
let silentSince = performance.now();
let longestSilence = 0;
const end = performance.now() + Number(stopAfterMs);

async function write(): Promise<void> {
  while (performance.now() < end) {
    const number = next++;
    await engine.mutation("pairs:add", { writer, number });
    process.stdout.write(`${number}\n`);
    const now = performance.now();
    longestSilence = Math.max(longestSilence, now - silentSince);
    silentSince = now;
  }
}

await Promise.all(Array.from({ length: Number(clients) }, write));
await engine.close();
process.stdout.write(`silence ${Math.round(longestSilence)}\n`);

import {
  actionGeneric,
  internalMutationGeneric,
  internalQueryGeneric,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
} from "convex/server";
import { ConvexError, v } from "convex/values";
import { describe, expect, it } from "vitest";
import { openEngine } from "../testing/open-engine.ts";

const mutationRef = makeFunctionReference<"mutation">;
const queryRef = makeFunctionReference<"query">;
const count = queryRef("notes:count");
const add = mutationRef("notes:add");
const addThenThrow = mutationRef("notes:addThenThrow");

const notes = {
  count: queryGeneric({ args: {}, handler: async (ctx) => (await ctx.db.query("notes").collect()).length }),
  add: mutationGeneric({
    args: { text: v.string() },
    handler: async (ctx, { text }) => {
      await ctx.db.insert("notes", { text });
    },
  }),
  addThenThrow: internalMutationGeneric({
    args: { text: v.string() },
    handler: async (ctx, { text }) => {
      await ctx.db.insert("notes", { text });
      throw new ConvexError({ text, big: 1n });
    },
  }),
  depth: queryGeneric({
    args: { left: v.number() },
    handler: async (ctx, { left }): Promise<number> =>
      left === 0 ? 1 : 1 + (await ctx.runQuery(queryRef("notes:depth"), { left: left - 1 })),
  }),
  whoAmI: internalQueryGeneric({
    args: {},
    handler: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
  }),
  snapshotCount: internalMutationGeneric({
    args: {},
    handler: async (ctx) => {
      await ctx.db.insert("notes", { text: "mine" });
      return [await ctx.runQuery(count, {}), await ctx.runQuery(count, {}, { useStaleSnapshot: true })];
    },
  }),
  twoTransactions: actionGeneric({
    args: {},
    handler: async (ctx) => {
      await ctx.runMutation(add, { text: "kept" });
      await ctx.runMutation(addThenThrow, { text: "lost" }).catch(() => undefined);
      return ctx.runQuery(count, {});
    },
  }),
};

const open = () => openEngine({ notes });

describe("a nested mutation", () => {
  it("that throws takes back its own writes alone", async () => {
    const engine = open();
    const texts = await engine.inline("mutation", async (ctx) => {
      await ctx.runMutation(add, { text: "before" });
      await ctx.runMutation(addThenThrow, { text: "lost" }).catch(() => undefined);
      await ctx.db.insert("notes", { text: "after" });
      return (await ctx.db.query("notes").collect()).map(({ text }: { text: string }) => text);
    });
    expect(texts).toEqual(["before", "after"]);
    expect(await engine.query("notes:count")).toBe(2);
  });

  it("gives its caller a ConvexError with its data", async () => {
    const caught = await open().inline("mutation", async (ctx) => {
      try {
        await ctx.runMutation(addThenThrow, { text: "x" });
      } catch (error) {
        return error instanceof ConvexError ? error.data : "another error";
      }
    });
    expect(caught).toEqual({ text: "x", big: 1n });
  });

  it("ends its caller, too, when nobody catches", async () => {
    const engine = open();
    const call = engine.inline("mutation", async (ctx) => {
      await ctx.db.insert("notes", { text: "also lost" });
      await ctx.runMutation(addThenThrow, { text: "lost" });
    });
    await expect(call).rejects.toMatchObject({ data: { text: "lost", big: 1n } });
    expect(await engine.query("notes:count")).toBe(0);
  });

  it("keeps what its caller asks for meanwhile out of what it takes back", async () => {
    const engine = open();
    await engine.inline("mutation", async (ctx) => {
      await Promise.allSettled([
        ctx.db.insert("notes", { text: "first" }),
        ctx.runMutation(addThenThrow, { text: "lost" }),
        ctx.db.insert("notes", { text: "second" }),
        ctx.runMutation(add, { text: "third" }),
      ]);
    });
    const texts = await engine.inline("query", async (ctx) =>
      (await ctx.db.query("notes").collect()).map(({ text }: { text: string }) => text),
    );
    expect(texts).toEqual(["first", "second", "third"]);
  });
});

describe("what a function does not wait for", () => {
  it("is done before its transaction commits", async () => {
    const engine = open();
    await engine.inline("mutation", async (ctx) => {
      void ctx.db.insert("notes", { text: "1" });
      void ctx.runMutation(add, { text: "2" }).then(() => ctx.runMutation(add, { text: "3" }));
    });
    expect(await engine.query("notes:count")).toBe(3);
  });

  it("cannot reach another function's transaction once its own is over", async () => {
    const engine = open();
    const later = Promise.withResolvers<void>();
    let late: Promise<unknown> | undefined;
    await engine
      .inline("mutation", async (ctx) => {
        late = later.promise.then(() => ctx.db.insert("notes", { text: "too late" }));
        late.catch(() => undefined);
        throw new Error("over");
      })
      .catch(() => undefined);
    await engine.inline("mutation", async (ctx) => {
      later.resolve();
      await ctx.runMutation(add, { text: "mine" });
    });
    await expect(late).rejects.toThrow();
    expect(await engine.query("notes:count")).toBe(1);
  });
});

describe("calls of other functions", () => {
  it("go eight deep", async () => {
    const engine = open();
    expect(await engine.query("notes:depth", { left: 7 })).toBe(8);
    await expect(engine.query("notes:depth", { left: 8 })).rejects.toThrow("depth limit exceeded (maximum: 8)");
  });

  it("of an action are transactions of their own", async () => {
    expect(await open().action("notes:twoTransactions")).toBe(1);
  });

  it("know the user their caller knows", async () => {
    const identity = { subject: "u1", issuer: "https://x", tokenIdentifier: "https://x|u1" };
    const whoAmI = (ctx: { runQuery: (ref: unknown, args: object) => Promise<unknown> }) =>
      ctx.runQuery(queryRef("notes:whoAmI"), {});
    const engine = open();
    for (const kind of ["query", "mutation", "action"] as const) {
      expect(await engine.inline(kind, whoAmI, { identity })).toBe("u1");
      expect(await engine.inline(kind, whoAmI)).toBeNull();
    }
  });

  it("on a stale snapshot do not see their caller's writes", async () => {
    expect(await open().mutation("notes:snapshotCount")).toEqual([1, 0]);
  });

  it("of another kind than the function is are refused by name", async () => {
    const engine = open();
    await expect(engine.query("notes:add", { text: "x" })).rejects.toThrow(
      "Trying to execute notes.js:add as Query, but it is defined as Mutation.",
    );
    await expect(engine.mutation("notes:nope")).rejects.toThrow("Could not find public function for 'notes:nope'");
  });
});

/** Two engines on one file, both writing: together they behave as one. */
import {
  defineSchema,
  defineTable,
  type FunctionReference,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
} from "convex/server";
import { v } from "convex/values";
import { expect, it } from "vitest";
import type { Engine } from "../index.ts";
import { openEngine, temporaryFile } from "../testing/open-engine.ts";

const schema = defineSchema({
  accounts: defineTable({ name: v.string(), balance: v.number() }).index("by_name", ["name"]),
  effects: defineTable({ job: v.number() }),
});

const ACCOUNTS = 4;
const START_BALANCE = 100;

const bank = {
  open: mutationGeneric({
    handler: async ({ db }) => {
      for (let i = 0; i < ACCOUNTS; i++) await db.insert("accounts", { name: `account ${i}`, balance: START_BALANCE });
    },
  }),
  transfer: mutationGeneric({
    args: { from: v.number(), to: v.number(), amount: v.number() },
    handler: async ({ db }, { from, to, amount }) => {
      const account = async (i: number) => {
        const found = await db
          .query("accounts")
          .withIndex("by_name", (q) => q.eq("name", `account ${i}`))
          .unique();
        if (found === null) throw new Error(`account ${i} is gone`);
        return found;
      };
      const source = await account(from);
      if (source.balance < amount) throw new Error("too little money");
      await db.patch(source._id, { balance: source.balance - amount });
      const target = await account(to);
      await db.patch(target._id, { balance: target.balance + amount });
    },
  }),
  balances: queryGeneric({
    handler: async ({ db }) => (await db.query("accounts").collect()).map(({ balance }): number => balance),
  }),
  openOnce: mutationGeneric({
    args: { name: v.string() },
    handler: async ({ db }, { name }) => {
      const known = await db
        .query("accounts")
        .withIndex("by_name", (q) => q.eq("name", name))
        .first();
      if (known === null) await db.insert("accounts", { name, balance: 0 });
    },
  }),
  /** Takes its turn only while all accounts are full: a write skew if two took it at a time. */
  emptyIfAllAreFull: mutationGeneric({
    args: { name: v.string() },
    handler: async ({ db }, { name }) => {
      const accounts = await db.query("accounts").collect();
      if (accounts.some(({ balance }) => balance === 0)) return;
      const own = accounts.find((account) => account.name === name);
      if (own !== undefined) await db.patch(own._id, { balance: 0 });
    },
  }),
  count: mutationGeneric({
    handler: async ({ db }) => {
      const counter = await db.query("accounts").first();
      const balance = (counter?.balance ?? 0) + 1;
      if (counter === null) await db.insert("accounts", { name: "counter", balance });
      else await db.patch(counter._id, { balance });
      return balance;
    },
  }),
  names: queryGeneric({
    handler: async ({ db }) => (await db.query("accounts").collect()).map(({ name }): string => name),
  }),
  times: queryGeneric({
    handler: async ({ db }) => (await db.query("accounts").collect()).map(({ _creationTime }) => _creationTime),
  }),
  effect: mutationGeneric({ args: { job: v.number() }, handler: ({ db }, { job }) => db.insert("effects", { job }) }),
  scheduleEffects: mutationGeneric({
    args: { first: v.number(), count: v.number() },
    handler: async ({ scheduler }, { first, count }) => {
      const effect = makeFunctionReference<"mutation">("bank:effect");
      for (let job = first; job < first + count; job++) await scheduler.runAfter(0, effect, { job });
    },
  }),
  effects: queryGeneric({
    handler: async ({ db }) => (await db.query("effects").collect()).map(({ job }): number => job),
  }),
};

function openPair(): [Engine, Engine] {
  const storage = { kind: "file", path: temporaryFile() } as const;
  return [openEngine({ bank }, { schema, storage }), openEngine({ bank }, { schema, storage })];
}

const mutationOf = (name: string) => `bank:${name}` as unknown as FunctionReference<"mutation">;
const queryOf = (name: string) => `bank:${name}` as unknown as FunctionReference<"query">;

it("no transfer is lost or seen by half", async () => {
  const [one, two] = openPair();
  await one.mutation(mutationOf("open"), {});
  let writing = true;
  const watch = async (engine: Engine) => {
    let seen = 0;
    while (writing) {
      const balances: number[] = await engine.query(queryOf("balances"), {});
      expect(balances.reduce((a, b) => a + b)).toBe(ACCOUNTS * START_BALANCE);
      seen++;
      await new Promise(setImmediate);
    }
    return seen;
  };
  const move = async (engine: Engine, seed: number) => {
    for (let i = 0; i < 60; i++) {
      const from = (seed + i) % ACCOUNTS;
      const transfer = { from, to: (from + 1 + (i % 3)) % ACCOUNTS, amount: (i * seed) % 50 };
      await engine.mutation(mutationOf("transfer"), transfer).catch((error: Error) => {
        if (!error.message.includes("too little money")) throw error;
      });
    }
  };
  const watches = [watch(one), watch(two)];
  await Promise.all([move(one, 1), move(two, 2), move(one, 3), move(two, 5)]);
  writing = false;
  for (const seen of await Promise.all(watches)) expect(seen).toBeGreaterThan(0);
});

it("each count is given once", async () => {
  const [one, two] = openPair();
  const counted = await Promise.all(
    Array.from({ length: 200 }, (_, i) => (i % 2 ? one : two).mutation(mutationOf("count"), {})),
  );
  expect(counted.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
});

it("a check for uniqueness holds across both", async () => {
  const [one, two] = openPair();
  const names = Array.from({ length: 30 }, (_, i) => `name ${i}`);
  await Promise.all(
    names.flatMap((name) => [one, two, one].map((engine) => engine.mutation(mutationOf("openOnce"), { name }))),
  );
  expect((await two.query(queryOf("names"), {})).toSorted()).toEqual(names.toSorted());
});

it("what both read is true when either writes", async () => {
  const [one, two] = openPair();
  await one.mutation(mutationOf("open"), {});
  await Promise.all([
    one.mutation(mutationOf("emptyIfAllAreFull"), { name: "account 0" }),
    two.mutation(mutationOf("emptyIfAllAreFull"), { name: "account 1" }),
  ]);
  const balances: number[] = await one.query(queryOf("balances"), {});
  expect(balances.filter((balance) => balance === 0)).toHaveLength(1);
});

it("each sees at once what the other has written, in the order of creation", async () => {
  const [one, two] = openPair();
  const written: string[] = [];
  for (let i = 0; i < 40; i++) {
    const [writer, reader] = i % 2 ? [one, two] : [two, one];
    written.push(`name ${i}`);
    await writer.mutation(mutationOf("openOnce"), { name: `name ${i}` });
    expect(await reader.query(queryOf("names"), {})).toEqual(written);
  }
  const times: number[] = await one.query(queryOf("times"), {});
  expect(new Set(times).size).toBe(times.length);
});

it("a scheduled mutation takes effect once, whoever scheduled it", async () => {
  const [one, two] = openPair();
  await Promise.all([
    one.mutation(mutationOf("scheduleEffects"), { first: 0, count: 50 }),
    two.mutation(mutationOf("scheduleEffects"), { first: 50, count: 50 }),
  ]);
  const effects = async (): Promise<number[]> => one.query(queryOf("effects"), {});
  await expect.poll(async () => (await effects()).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(100);
  await Promise.all([one.scheduler.idle(), two.scheduler.idle()]);
  expect((await effects()).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
});

it("the other goes on when one is closed", async () => {
  const [one, two] = openPair();
  await one.mutation(mutationOf("count"), {});
  const last = one.mutation(mutationOf("count"), {});
  await one.close();
  await last;
  expect(await two.mutation(mutationOf("count"), {})).toBe(3);
  await two.mutation(mutationOf("scheduleEffects"), { first: 7, count: 1 });
  await expect.poll(() => two.query(queryOf("effects"), {}), { timeout: 10_000 }).toEqual([7]);
});

/** What functions of each kind may do, as on Convex's runtime, and that globals are each call's own. */
import { actionGeneric, internalQueryGeneric, makeFunctionReference } from "convex/server";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openEngine } from "../testing/open-engine.ts";
import type { Kind } from "../types.ts";

const original = "hello";
const encoded = btoa(original);
const setGlobal = (name: string, value: unknown): void => {
  (globalThis as Record<string, unknown>)[name] = value;
};

const globals = {
  decode: internalQueryGeneric({ args: {}, handler: () => atob(encoded) }),
  patchedAfterAWhile: actionGeneric({
    handler: async (_ctx, { as }: { as: string }) => {
      setGlobal("atob", () => as);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return atob(encoded);
    },
  }),
};
const open = () => openEngine({ globals });
const decode = makeFunctionReference<"query">("globals:decode");

describe("globals that a function replaces", () => {
  it("are replaced for itself alone, not for the functions it calls nor the process", async () => {
    const seen = await open().inline("mutation", async (ctx) => {
      setGlobal("atob", () => "patched");
      const before = atob(encoded);
      const nested = await ctx.runQuery(decode, {});
      return [before, nested, atob(encoded)];
    });
    expect(seen).toEqual(["patched", original, "patched"]);
    expect(atob(encoded)).toBe(original);
  });

  it("are each one's own where functions run side by side", async () => {
    const engine = open();
    const names = ["a", "b", "c"];
    const seen = await Promise.all(names.map((as) => engine.action("globals:patchedAfterAWhile", { as })));
    expect(seen).toEqual(names);
    expect(atob(encoded)).toBe(original);
  });

  it("may be those a workflow's body takes away, while everybody else keeps theirs", async () => {
    const engine = open();
    const gone = Promise.withResolvers<void>();
    const checked = Promise.withResolvers<void>();
    const workflow = engine.inline("action", async () => {
      const names = ["Math", "Date", "console", "process", "crypto"];
      for (const name of names) setGlobal(name, undefined);
      gone.resolve();
      await checked.promise;
      return names.map((name) => typeof (globalThis as Record<string, unknown>)[name]);
    });
    await gone.promise;
    const outside = [typeof Math, typeof Date, typeof console, typeof process, typeof crypto];
    const beside = await engine.inline("action", () => [typeof Math.random(), typeof crypto.randomUUID()]);
    checked.resolve();
    expect(outside).toEqual(["object", "function", "object", "object", "object"]);
    expect(beside).toEqual(["number", "string"]);
    expect(await workflow).toEqual(Array.from({ length: 5 }, () => "undefined"));
  });
});

describe.each<Kind>(["query", "mutation", "action"])("what a %s assigns to properties of globals", (kind) => {
  const owners: [string, () => object, string][] = [
    ["Math.random", () => Math, "random"],
    ["Date.now", () => Date, "now"],
    ["Date.prototype.constructor", () => Date.prototype, "constructor"],
    ["console.log", () => console, "log"],
    ["crypto.randomUUID", () => crypto, "randomUUID"],
    ["crypto.subtle.digest", () => crypto.subtle, "digest"],
  ];
  it.each(owners)("%s is its own", async (_name, owner, property) => {
    const engine = open();
    const replacement = (): string => "mine";
    const read = (): unknown => Reflect.get(owner(), property);
    const before = read();
    const inside = await engine.inline(kind, () => {
      Reflect.set(owner(), property, replacement);
      return read() === replacement;
    });
    const others: unknown[] = [];
    for (const other of ["query", "mutation", "action"] as const) await engine.inline(other, () => others.push(read()));
    expect(inside).toBe(true);
    expect(others.map((value) => value === replacement)).toEqual([false, false, false]);
    expect(read()).toBe(before);
  });

  it("and what it finds there afterwards is what it assigned", async () => {
    const seen = await open().inline(kind, () => {
      Object.assign(Math, { random: () => 0.5 });
      Object.assign(Date, { now: () => 7 });
      Object.assign(crypto, { randomUUID: () => "id" });
      return [Math.random(), Date.now(), crypto.randomUUID()];
    });
    expect(seen).toEqual([0.5, 7, "id"]);
  });

  it("nothing it prints reaches the process's console", async () => {
    const lines: string[] = [];
    const engine = openEngine({}, { onLog: (line) => lines.push(`${line.level} ${line.message}`) });
    const printed: string[] = [];
    const real = ["log", "group", "table", "trace", "dir", "assert"] as const;
    const spies = real.map((name) =>
      vi.spyOn(console, name).mockImplementation((...args: unknown[]) => void printed.push(args.join())),
    );
    await engine.inline(kind, () => {
      const printer = console;
      printer.group("a");
      printer.table([1]);
      printer.trace("b");
      printer.dir({ c: 1 });
      printer.assert(false, "d");
      printer.time("e");
      printer.timeEnd("e");
    });
    for (const spy of spies) spy.mockRestore();
    expect(printed).toEqual([]);
    expect(lines.map((line) => line.replace(/\d+ms/, "0ms"))).toEqual([
      "log 'a'",
      "log [ 1 ]",
      "log 'b'",
      "log { c: 1 }",
      "error 'Assertion failed' 'd'",
      "info 'e: 0ms'",
    ]);
  });

  it("a date is a Date wherever it was made", async () => {
    const outside = new Date(0);
    const seen = await open().inline(kind, () => [
      outside instanceof Date,
      structuredClone(outside) instanceof Date,
      new Date() instanceof Date,
      new Date(5).constructor === Date,
      new (class Later extends Date {})(5).getTime(),
    ]);
    expect(seen).toEqual([true, true, true, true, 5]);
    expect(new Date(0).constructor).toBe(Date);
  });
});

describe.each<Kind>(["query", "mutation"])("in a %s", (kind) => {
  it.each<[string, () => unknown, string]>([
    ["fetch", () => fetch("http://127.0.0.1:9"), "Can't use fetch() in queries and mutations"],
    ["setTimeout", () => setTimeout(() => undefined, 0), "Can't use setTimeout() in queries and mutations"],
    ["setInterval", () => setInterval(() => undefined, 0), "Can't use setInterval() in queries and mutations"],
    ["performance.now", () => performance.now(), "Can't use the Performance API in queries and mutations"],
    ["performance.timeOrigin", () => performance.timeOrigin, "Can't use the Performance API in queries and mutations"],
    ["AbortSignal.timeout", () => AbortSignal.timeout(1), "Can't use setTimeout() in queries and mutations"],
    [
      "generateKey",
      () => crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]),
      "generateKey",
    ],
  ])("%s is refused", async (_name, use, message) => {
    await expect(open().inline(kind, async () => void (await use()))).rejects.toThrow(message);
  });

  it("signals that need no timer work", async () => {
    const seen = await open().inline(kind, () => [
      new AbortController().signal instanceof AbortSignal,
      AbortSignal.abort() instanceof AbortSignal,
      AbortSignal.any([AbortSignal.abort()]).aborted,
    ]);
    expect(seen).toEqual([true, true, true]);
  });

  it("time stands still", async () => {
    const [first, second, created] = await open().inline(kind, async (ctx) => {
      const start = Date.now();
      await ctx.db.query("nothing").collect();
      // biome-ignore lint/complexity/useDateNow: the other way to ask for the time
      return [start, Date.now(), Number(new Date())];
    });
    expect(second).toBe(first);
    expect(created).toBe(first);
  });

  it("random numbers differ from call to call and within one", async () => {
    const engine = open();
    const draw = () =>
      engine.inline(kind, () => [
        Math.random(),
        Math.random(),
        crypto.randomUUID(),
        crypto.getRandomValues(new Uint8Array(8)).join(),
      ]);
    const [a, b] = [await draw(), await draw()];
    expect(new Set([...a, ...b]).size).toBe(8);
  });

  it("random numbers are those of a test that replaces them", async () => {
    const id = "00000000-0000-4000-8000-000000000000";
    vi.spyOn(Math, "random").mockReturnValue(0.25);
    vi.spyOn(crypto, "randomUUID").mockReturnValue(id);
    vi.spyOn(crypto, "getRandomValues").mockImplementation((view) => (view as never as Uint8Array).fill(7) as never);
    onTestFinished(() => void vi.restoreAllMocks());
    const draw = () => [Math.random(), crypto.randomUUID(), crypto.getRandomValues(new Uint8Array(2)).join()];
    expect(await open().inline(kind, draw)).toEqual([0.25, id, "7,7"]);
  });

  it("hashing and signing with a key that is there work", async () => {
    const signature = await open().inline(kind, async () => {
      const key = await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "HMAC", hash: "SHA-256" }, false, [
        "sign",
      ]);
      const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(1));
      return (await crypto.subtle.sign("HMAC", key, digest)).byteLength;
    });
    expect(signature).toBe(32);
  });

  it("waiting for something that never comes is ended", async () => {
    const engine = openEngine({}, { idleDeadlineMs: 20 });
    await expect(engine.inline(kind, () => new Promise(() => undefined))).rejects.toThrow(
      "Returned promise will never resolve",
    );
    expect(await engine.inline(kind, () => "the next one runs")).toBe("the next one runs");
  });
});

it("a module that a transaction needs first is loaded outside of it, with timers and the time of day", async () => {
  const modules = {
    "./late.ts": async () => {
      const started = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 5));
      const took = Date.now() - started;
      return { read: internalQueryGeneric({ args: {}, handler: () => took }) };
    },
  };
  const read = makeFunctionReference<"query">("late:read");
  expect(await openEngine({}, { modules }).inline("mutation", (ctx) => ctx.runQuery(read, {}))).toBeGreaterThan(0);
});

it("an action may use timers and keys", async () => {
  const curve = await open().inline("action", async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
    return (await crypto.subtle.exportKey("jwk", (pair as CryptoKeyPair).publicKey)).crv;
  });
  expect(curve).toBe("P-256");
});

it.each<Kind>(["query", "mutation", "action"])(
  "wrapping keys is refused in a %s, as Convex cannot do it",
  async (kind) => {
    const wrap = () => crypto.subtle.wrapKey("raw", {} as CryptoKey, {} as CryptoKey, "AES-KW");
    await expect(open().inline(kind, async () => void (await wrap()))).rejects.toThrow("Not implemented");
  },
);

describe.each<Kind>(["query", "mutation", "action"])("in a %s as on Convex", (kind) => {
  it.each<[string, () => unknown, string]>([
    [
      "a key for AES-KW is not imported",
      () => crypto.subtle.importKey("raw", new Uint8Array(16), "AES-KW", false, ["wrapKey"]),
      "Not implemented",
    ],
    [
      "a key for AES-KW is not derived",
      () =>
        crypto.subtle.deriveKey("HKDF", {} as CryptoKey, { name: "AES-KW", length: 128 } as AesKeyAlgorithm, false, []),
      "Not implemented",
    ],
    [
      "more than 65,536 random bytes are refused",
      () => crypto.getRandomValues(new Uint8Array(65_537)).length,
      "exceed",
    ],
    [
      "random values that are not integers are refused",
      () => crypto.getRandomValues(new Float64Array(1) as unknown as Uint8Array<ArrayBuffer>).length,
      "integer",
    ],
  ])("%s", async (_name, use, message) => {
    await expect(open().inline(kind, async () => void (await use()))).rejects.toThrow(message);
  });
});

it.each<Kind>(["query", "mutation", "action"])(
  "the environment holds variables only, and keeps them in a %s",
  async (kind) => {
    const seen = await openEngine({}, { env: { A: "1" } }).inline(kind, () => {
      const env = process.env as { A?: string; B?: string };
      env.A = "2";
      env.B = "3";
      delete env.A;
      return [env.A, env.B ?? null, env.constructor ?? null];
    });
    expect(seen).toEqual(["1", null, null]);
  },
);

it.each<Kind>(["query", "mutation", "action"])("self is the global object in a %s, and nowhere else", async (kind) => {
  const isGlobal = await open().inline(kind, () => Reflect.get(globalThis, "self") === globalThis);
  expect(isGlobal).toBe(true);
  expect(Reflect.get(globalThis, "self")).toBeUndefined();
});

it("an operation the engine does not know fails by its name", async () => {
  const call = open().inline("mutation", () =>
    (
      globalThis as unknown as { Convex: { asyncSyscall(name: string, args: string): Promise<string> } }
    ).Convex.asyncSyscall("1.0/fromTheFuture", "{}"),
  );
  await expect(call).rejects.toThrow("1.0/fromTheFuture");
});

import * as memory from "@moorage/shared/contracts/memory";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";

describe.each(HOSTS)("daily logs and context in $name", ({ open }) => {
  let host: Host;
  beforeAll(async () => {
    host = await open();
  });
  afterAll(() => host.close());

  const append = async (caller: Caller, content: string, more: object = {}) =>
    (await caller.backend.call(memory.logAppend, { content, ...more })).entry;
  const read = async (caller: Caller, args: Record<string, unknown> = {}) =>
    (await caller.backend.call(memory.logRead, args)).entries.map((entry) => entry.content);

  it("appends to the caller's own today and reads it back in order", async () => {
    const caller = await host.admit();
    const now = new Date();
    const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
      .map((part) => String(part).padStart(2, "0"))
      .join("-");
    const first = await append(caller, "cast off");
    const second = await append(caller, "moored");
    expect(first).toMatchObject({ day: today, agent: "default", content: "cast off" });
    expect(await caller.backend.call(memory.logRead, { from: today, to: today })).toEqual({ entries: [first, second] });
  });

  it("reads a range of days, of one agent or of all", async () => {
    const caller = await host.admit();
    await append(caller, "a1", { day: "2026-01-01", agent: "a" });
    await append(caller, "b1", { day: "2026-01-01", agent: "b" });
    await append(caller, "a3", { day: "2026-01-03", agent: "a" });
    await append(caller, "a2", { day: "2026-01-02", agent: "a" });
    expect(await read(caller)).toEqual(["a1", "b1", "a2", "a3"]);
    expect(await read(caller, { agent: "a", from: "2026-01-02" })).toEqual(["a2", "a3"]);
    expect(await read(caller, { to: "2026-01-01" })).toEqual(["a1", "b1"]);
    expect(await read(caller, { from: "2026-02-01" })).toEqual([]);
  });

  it("gives the latest entries first and earlier ones behind the cursor, each once", async () => {
    const caller = await host.admit();
    for (let i = 0; i < 7; i++) await append(caller, String(i), { day: `2026-03-0${1 + Math.floor(i / 3)}` });
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await caller.backend.call(memory.logRead, { limit: 3, ...(cursor ? { cursor } : {}) });
      pages.push(page.entries.map((entry) => entry.content));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(pages).toEqual([["4", "5", "6"], ["1", "2", "3"], ["0"]]);
  });

  it("lists the days that have a log", async () => {
    const caller = await host.admit();
    for (const [day, agent] of [
      ["2026-01-02", "a"],
      ["2026-01-02", "b"],
      ["2026-01-01", "a"],
      ["2026-01-02", "a"],
    ]) {
      await append(caller, "x", { day, agent });
    }
    expect((await caller.backend.call(memory.logList, {})).days).toEqual([
      { day: "2026-01-02", agent: "b" },
      { day: "2026-01-02", agent: "a" },
      { day: "2026-01-01", agent: "a" },
    ]);
    expect((await caller.backend.call(memory.logList, { agent: "b" })).days).toEqual([
      { day: "2026-01-02", agent: "b" },
    ]);
  });

  it("pages through more days than fit one answer", async () => {
    const caller = await host.admit();
    const days = Array.from({ length: 130 }, (_, i) => new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10));
    for (const day of days) await append(caller, "x", { day });
    const first = await caller.backend.call(memory.logList, {});
    const second = await caller.backend.call(memory.logList, { cursor: first.cursor });
    expect([...first.days, ...second.days].map(({ day }) => day)).toEqual(days.toReversed());
    expect(second.cursor).toBeUndefined();
  });

  it.each([
    ["2026-02-30", "a day that does not exist"],
    ["2026-2-3", "another form"],
    ["today", "a word"],
  ])("refuses %s, %s, by name", async (day) => {
    const caller = await host.admit();
    await expect(append(caller, "x", { day })).rejects.toMatchObject({
      code: "invalid_input",
      message: "day: must be a day that exists, as YYYY-MM-DD",
    });
    await expect(read(caller, { from: day })).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("refuses a range that ends before it begins", async () => {
    const caller = await host.admit();
    await expect(read(caller, { from: "2026-01-02", to: "2026-01-01" })).rejects.toMatchObject({
      code: "invalid_input",
      message: "from: must not be after to",
    });
  });

  it("opens a session with what matters: important memories, then recent ones, and the last two days", async () => {
    const caller = await host.admit();
    const remember = (content: string, more: object = {}) =>
      caller.backend.call(memory.add, { type: "fact", content, ...more });
    await remember("minor", { importance: 1 });
    await remember("vital", { importance: 5 });
    await remember("another agent's", { agent: "other", importance: 5 });
    await remember("another project's", { project: "elsewhere", importance: 5 });
    await remember("this project's", { project: "here" });
    await append(caller, "long ago", { day: "2020-01-01" });
    await append(caller, "just now");
    const context = await caller.backend.call(memory.context, { project: "here" });
    expect(context.memories.map((one) => one.content)).toEqual(["vital", "this project's", "minor"]);
    expect(context.logs.map((entry) => entry.content)).toEqual(["just now"]);
    expect(context.omitted).toEqual({ memories: 0, logs: 0 });
    expect(await caller.backend.call(memory.context, { project: "here" })).toEqual(context);
  });

  it("stays within its budget and says how much it left out", async () => {
    const caller = await host.admit();
    for (let i = 0; i < 20; i++) {
      await caller.backend.call(memory.add, { type: "note", content: `${i} ${"word ".repeat(100)}` });
    }
    const context = await caller.backend.call(memory.context, { budget: 1_000 });
    expect(context.memories.length).toBeGreaterThan(0);
    expect(context.memories.length + context.omitted.memories).toBe(20);
    expect(JSON.stringify(context).length / 4).toBeLessThan(1_000);
  });
});

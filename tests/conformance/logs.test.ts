import * as memory from "@moorage/shared/contracts/memory";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
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
    await append(caller, "a1", { day: "2025-01-01", agent: "a" });
    await append(caller, "b1", { day: "2025-01-01", agent: "b" });
    await append(caller, "a3", { day: "2025-01-03", agent: "a" });
    await append(caller, "a2", { day: "2025-01-02", agent: "a" });
    expect(await read(caller)).toEqual(["a1", "b1", "a2", "a3"]);
    expect(await read(caller, { agent: "a", from: "2025-01-02" })).toEqual(["a2", "a3"]);
    expect(await read(caller, { to: "2025-01-01" })).toEqual(["a1", "b1"]);
    expect(await read(caller, { from: "2025-02-01" })).toEqual([]);
  });

  it("gives the latest entries first and earlier ones behind the cursor, each once", async () => {
    const caller = await host.admit();
    for (let i = 0; i < 7; i++) await append(caller, String(i), { day: `2025-03-0${1 + Math.floor(i / 3)}` });
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
      ["2025-01-02", "a"],
      ["2025-01-02", "b"],
      ["2025-01-01", "a"],
      ["2025-01-02", "a"],
    ]) {
      await append(caller, "x", { day, agent });
    }
    expect((await caller.backend.call(memory.logList, {})).days).toEqual([
      { day: "2025-01-02", agent: "b" },
      { day: "2025-01-02", agent: "a" },
      { day: "2025-01-01", agent: "a" },
    ]);
    expect((await caller.backend.call(memory.logList, { agent: "b" })).days).toEqual([
      { day: "2025-01-02", agent: "b" },
    ]);
  });

  it("pages through more days than fit one answer", async () => {
    const caller = await host.admit();
    const days = Array.from({ length: 130 }, (_, i) => new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10));
    for (const day of days) await append(caller, "x", { day });
    const first = await caller.backend.call(memory.logList, {});
    const second = await caller.backend.call(memory.logList, { cursor: first.cursor });
    expect([...first.days, ...second.days].map(({ day }) => day)).toEqual(days.toReversed());
    expect(second.cursor).toBeUndefined();
  });

  it("refuses a day that is neither past, nor today, nor tomorrow", async () => {
    const caller = await host.admit();
    const inDays = (count: number) => new Date(Date.now() + count * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    for (const day of ["9999-12-31", inDays(3)]) {
      await expect(append(caller, "x", { day })).rejects.toMatchObject({
        code: "invalid_input",
        message: expect.stringMatching(/^day: must not be later than tomorrow \(today is \d{4}-\d\d-\d\d\)$/),
      });
    }
    for (const day of ["0000-01-01", "1969-12-31"]) {
      await expect(append(caller, "x", { day })).rejects.toMatchObject({
        code: "invalid_input",
        message: "day: must not be earlier than 1970-01-01",
      });
    }
    expect((await caller.backend.call(memory.logList, {})).days).toEqual([]);
    await append(caller, "the epoch", { day: "1970-01-01" });
    await append(caller, "written early", { day: inDays(0) });
  });

  it("refuses a cursor with other filters than it came with", async () => {
    const caller = await host.admit();
    for (const day of ["2025-01-01", "2025-01-02"]) await append(caller, "x", { day, agent: "a" });
    const { cursor } = await caller.backend.call(memory.logRead, { agent: "a", limit: 1 });
    for (const other of [{}, { agent: "b" }, { agent: "a", from: "2025-01-02" }, { agent: "a", to: "2025-01-02" }]) {
      const call = caller.backend.call(memory.logRead, { ...other, limit: 1, cursor });
      await expect(call).rejects.toMatchObject({ code: "bad_cursor" });
    }
    expect((await caller.backend.call(memory.logRead, { agent: "a", limit: 5, cursor })).entries).toHaveLength(1);
    await expect(caller.backend.call(memory.logList, { cursor })).rejects.toMatchObject({ code: "bad_cursor" });
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
    await expect(read(caller, { from: "2025-01-02", to: "2025-01-01" })).rejects.toMatchObject({
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
    expect(context.omitted).toEqual({ memories: 0, logs: 0, secrets: 0 });
    expect(await caller.backend.call(memory.context, { project: "here" })).toEqual(context);
  });

  it("keeps what one project decided, however much is known of others", async () => {
    const caller = await host.admit();
    const remember = (content: string, more: object = {}) =>
      caller.backend.call(memory.add, { type: "fact", content, ...more });
    await remember("decided here", { project: "here", importance: 4 });
    await remember("shared by all", { importance: 1 });
    for (let from = 0; from < 120; from += 60) {
      const memories = Array.from({ length: 60 }, (_, i) => ({
        type: "fact" as const,
        content: `elsewhere ${from + i}`,
        importance: 5,
      }));
      await caller.backend.call(memory.addMany, { project: "elsewhere", memories });
    }
    const context = await caller.backend.call(memory.context, { project: "here" });
    expect(context.memories.map(({ content }) => content)).toEqual(["decided here", "shared by all"]);
    expect(context.omitted.memories).toBe(0);
    const whole = await caller.backend.call(memory.context, {});
    expect(whole.memories[0]!.content).toMatch(/^elsewhere/);
  });

  it("leaves out what is too long, not what comes after it", async () => {
    const caller = await host.admit();
    const remember = (content: string, importance: number) =>
      caller.backend.call(memory.add, { type: "fact", content, importance });
    for (let i = 0; i < 5; i++) await remember(`short ${i}`, 3);
    await remember("long ".repeat(2_000), 5);
    await append(caller, "first line");
    await append(caller, "long ".repeat(2_000));
    const context = await caller.backend.call(memory.context, {});
    const said = context.memories.map(({ content }) => content);
    expect(said).toEqual([4, 3, 2, 1, 0].map((i) => `short ${i}`));
    expect(context.logs.map(({ content }) => content)).toEqual(["first line"]);
    expect(context.omitted).toEqual({ memories: 1, logs: 1, secrets: 0 });
  });

  it("tells the beginning of what is pinned and too long, and as many as a large budget holds", async () => {
    const caller = await host.admit();
    const memories = Array.from({ length: 70 }, (_, i) => ({ type: "note" as const, content: `short ${i}` }));
    await caller.backend.call(memory.addMany, { memories });
    await caller.backend.call(memory.add, { type: "decision", content: "long ".repeat(6_000), pinned: true });
    const { memories: told } = await caller.backend.call(memory.context, {});
    expect(told[0]).toMatchObject({ pinned: true, cut: true, content: expect.stringMatching(/^(?:long )+.{0,4}…$/) });
    expect(told.length).toBeGreaterThan(10);
    const { memories: more } = await caller.backend.call(memory.context, { budget: 12_000 });
    expect(more.length).toBe(71);
  });

  it("tells what is pinned before all of its tags, however long they are", async () => {
    const caller = await host.admit();
    const tags = Array.from({ length: 16 }, (_, at) => `${at}${"-tag ü".repeat(10)}`);
    const content = "Deploys go out on Mondays.";
    await caller.backend.call(memory.add, { type: "decision", content, tags, pinned: true });
    const { memories: told } = await caller.backend.call(memory.context, { budget: 400 });
    expect(told).toMatchObject([{ content, cut: true }]);
    expect(tags).toEqual(expect.arrayContaining(told[0]!.tags));
  });

  it("stays within its budget and says how much it left out", async () => {
    const caller = await host.admit();
    for (let i = 0; i < 20; i++) {
      await caller.backend.call(memory.add, {
        ...{ type: "note", content: `${i} ${"word ".repeat(100)}`, project: "harbour ".repeat(16) },
        tags: Array.from({ length: 16 }, (_, at) => `${at}${"-tag".repeat(15)}`),
      });
    }
    const context = await caller.backend.call(memory.context, { budget: 1_000 });
    expect(context.memories.length).toBeGreaterThan(0);
    expect(context.memories.length + context.omitted.memories).toBe(20);
    expect(JSON.stringify(context).length / 4).toBeLessThan(1_000);
  });

  it.each([200, 1_000, 3_000])("of %i tokens is what a model pays for short entries as well", async (budget) => {
    const caller = await host.admit();
    const numbers = Array.from({ length: 60 }, (_, i) => i);
    const memories = numbers.map((i) => ({ type: "fact" as const, content: `Pilot ${i} boards at the outer buoy.` }));
    await caller.backend.call(memory.addMany, { memories });
    for (const i of numbers)
      await caller.backend.call(memory.logAppend, { content: `Moved buoy ${i} and checked it.` });
    const tokens = encode(JSON.stringify(await caller.backend.call(memory.context, { budget }))).length;
    expect(tokens).toBeGreaterThan(budget / 2);
    expect(tokens).toBeLessThan(budget * 1.1 + 20);
  });
});

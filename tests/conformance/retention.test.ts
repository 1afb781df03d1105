import * as memory from "@moorage/shared/contracts/memory";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";
import { tamperable } from "../support/tamper.ts";

describe.each(HOSTS)("what is kept no longer, in $name", ({ open }) => {
  let host: Host;
  let me: Caller;
  beforeEach(async () => {
    host = await open({ crons: false, modules: tamperable });
    me = await host.admit();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await host.close();
  });

  const DAY_MS = 24 * 60 * 60 * 1000;
  const add = async (content: string, more: object = {}, { backend } = me) =>
    (await backend.call(memory.add, { type: "fact", content, ...more })).memory;
  const keep = (days: object) => me.backend.call(memory.setRetention, { ...days });
  /** What the job does so many days from now, until nothing is left to do; the door's clock stays where it is. */
  async function sweepIn(days: number) {
    vi.useFakeTimers({ now: Date.now() + days * DAY_MS, toFake: ["Date"] });
    for (const { _id: tenantId } of await host.engine.query("tamper:rows", { table: "tenants" }))
      while ((await host.engine.mutation("jobWork:forget", { tenantId })) > 0);
    for (let turns = 0; turns < 10; turns++) await host.engine.tick();
    vi.useRealTimers();
  }
  const isThere = ({ id }: { id: string }, { backend } = me) =>
    backend.call(memory.get, { id }).then(
      () => true,
      () => false,
    );

  it("is everything but expired memories for ever, unless a person says otherwise", async () => {
    expect(await me.backend.call(memory.retention, {})).toEqual({ logDays: null, pastDays: null, expiredDays: 30 });
    expect(await keep({ logDays: 90 })).toEqual({ logDays: 90, pastDays: null, expiredDays: 30 });
    expect(await keep({ expiredDays: null })).toEqual({ logDays: 90, pastDays: null, expiredDays: null });
    expect(await me.backend.call(memory.retention, {})).toEqual({ logDays: 90, pastDays: null, expiredDays: null });
    await expect(keep({})).rejects.toMatchObject({ code: "invalid_input" });
    await expect(keep({ logDays: 0 })).rejects.toMatchObject({ message: "logDays: must be at least 1" });
    const agent = await host.admit({ tenant: me.tenant, scopes: ["memory:read", "memory:write"] });
    await expect(agent.backend.call(memory.setRetention, { logDays: 1 })).rejects.toMatchObject({
      code: "missing_scope",
    });
  });

  it("forgets expired memories thirty days after their end, more than one page of them, and no others", async () => {
    const expiresAt = new Date(Date.now() + 1000).toISOString();
    const memories = Array.from({ length: 60 }, (_, i) => ({
      type: "note" as const,
      content: `brief ${i}`,
      expiresAt,
    }));
    const { added } = await me.backend.call(memory.addMany, { memories });
    const lasting = await add("Lasting.");
    await sweepIn(29);
    expect(await isThere(added[0]!)).toBe(true);
    await sweepIn(31);
    expect(await Promise.all(added.map((one) => isThere(one)))).not.toContain(true);
    expect(await isThere(lasting)).toBe(true);
  });

  it("forgets old versions and what was superseded, and never what is said now", async () => {
    await keep({ pastDays: 10 });
    const { id } = await add("Version one.");
    await me.backend.call(memory.update, { id, content: "Version two." });
    const old = await add("The berth is Alpha.");
    const newer = await add("The berth is Beta.", { supersedes: old.id });
    await sweepIn(9);
    expect((await me.backend.call(memory.get, { id, history: true })).history).toHaveLength(1);
    await sweepIn(11);
    const { memory: now, history } = await me.backend.call(memory.get, { id, history: true });
    expect([now?.content, history]).toEqual(["Version two.", []]);
    expect(await isThere(old)).toBe(false);
    expect((await me.backend.call(memory.get, { id: newer.id })).memory).not.toHaveProperty("supersedes");
    const { memories } = await me.backend.call(memory.search, { query: "version berth", asOf: newer.createdAt });
    expect(memories.map(({ content }) => content).filter((content) => /one|Alpha/.test(content))).toEqual([]);
  });

  it("forgets a whole chain of superseded memories", async () => {
    await keep({ pastDays: 10 });
    const first = await add("The berth is Alpha.");
    const second = await add("The berth is Beta.", { supersedes: first.id });
    const third = await add("The berth is Gamma.", { supersedes: second.id });
    await sweepIn(11);
    expect(await Promise.all([first, second, third].map((one) => isThere(one)))).toEqual([false, false, true]);
  });

  it("forgets days of logs that are too old, with what finds them, and leaves another tenant's alone", async () => {
    const other = await host.admit();
    await keep({ logDays: 30 });
    const today = new Date().toISOString().slice(0, 10);
    for (const { backend } of [me, other]) {
      for (let i = 0; i < 55; i++) await backend.call(memory.logAppend, { content: `buoy ${i}`, day: "2025-01-01" });
      await backend.call(memory.logAppend, { content: "buoy today", day: today });
    }
    await sweepIn(0);
    const seen = async ({ backend }: Caller) => ({
      days: (await backend.call(memory.logList, {})).days.map(({ day }) => day),
      found: (await backend.call(memory.logSearch, { query: "buoy", limit: 100 })).entries.length,
    });
    expect(await seen(me)).toEqual({ days: [today], found: 1 });
    expect(await seen(other)).toEqual({ days: [today, "2025-01-01"], found: 56 });
  });
});

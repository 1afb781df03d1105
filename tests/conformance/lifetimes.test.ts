import * as memory from "@moorage/shared/contracts/memory";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";

describe.each(HOSTS)("how long a memory is said, in $name", ({ open }) => {
  let host: Host;
  beforeAll(async () => {
    host = await open();
  });
  afterAll(() => host.close());
  afterEach(() => vi.useRealTimers());

  const add = async ({ backend }: Caller, content: string, more: object = {}) =>
    (await backend.call(memory.add, { type: "fact", content, ...more })).memory;
  const listed = async ({ backend }: Caller) => (await backend.call(memory.list, {})).memories.map(({ id }) => id);
  const found = async ({ backend }: Caller, query: string, more: object = {}) =>
    (await backend.call(memory.search, { query, ...more })).memories.map(({ content }) => content);
  const told = async ({ backend }: Caller) => (await backend.call(memory.context, {})).memories.map(({ id }) => id);
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  const pass = (seconds: number) => vi.useFakeTimers({ now: Date.now() + seconds * 1000, toFake: ["Date"] });

  it("keeps what is pinned at the head of every context until it is unpinned", async () => {
    const caller = await host.admit();
    const pinned = await add(caller, "Ship on Tuesdays.", { type: "decision", pinned: true, importance: 1 });
    const liked = await add(caller, "Tabs.", { type: "preference", pinned: true, importance: 5 });
    const vital = await add(caller, "The bridge is low.", { importance: 5 });
    expect(pinned.pinned).toBe(true);
    expect(vital).not.toHaveProperty("pinned");
    expect(await told(caller)).toEqual([pinned.id, liked.id, vital.id]);
    const { memory: loose } = await caller.backend.call(memory.update, { id: pinned.id, pinned: false });
    expect(loose).not.toHaveProperty("pinned");
    expect(await told(caller)).toEqual([liked.id, vital.id, pinned.id]);
  });

  it("no longer finds, lists or tells what has expired, and still shows it by its id", async () => {
    const caller = await host.admit();
    const expiresAt = inSeconds(20);
    const brief = await add(caller, "The quay is closed today.", { expiresAt });
    const lasting = await add(caller, "The quay is made of stone.");
    expect(brief.expiresAt).toBe(expiresAt);
    expect(await listed(caller)).toEqual([lasting.id, brief.id]);
    pass(21);
    expect(await listed(caller)).toEqual([lasting.id]);
    expect(await told(caller)).toEqual([lasting.id]);
    expect(await found(caller, "quay")).toEqual(["The quay is made of stone."]);
    expect(await found(caller, "closed", { asOf: brief.updatedAt })).toEqual(["The quay is closed today."]);
    expect((await caller.backend.call(memory.get, { id: brief.id })).memory).toEqual(brief);
  });

  it("finds what is still said behind any number of better matches that have expired", async () => {
    const caller = await host.admit();
    const { id } = await add(caller, "A longer entry in which the buoy is mentioned once.");
    const memories = Array.from({ length: 100 }, (_, i) => ({ type: "fact" as const, content: `Buoy ${i}.` }));
    for (const round of ["one", "two"])
      await caller.backend.call(memory.addMany, {
        memories: memories.map((one) => ({ ...one, content: `${round}: ${one.content}`, expiresAt: inSeconds(20) })),
      });
    pass(21);
    expect(await found(caller, "buoy")).toEqual(["A longer entry in which the buoy is mentioned once."]);
    expect(await told(caller)).toEqual([id]);
  });

  it("says again what is given more time", async () => {
    const caller = await host.admit();
    const { id } = await add(caller, "The quay is closed today.", { expiresAt: inSeconds(20) });
    pass(21);
    const { memory: renewed } = await caller.backend.call(memory.update, { id, expiresAt: null });
    expect(renewed).not.toHaveProperty("expiresAt");
    expect(await found(caller, "closed")).toEqual(["The quay is closed today."]);
  });

  it("adds anew what is known only for a shorter time, or no longer", async () => {
    const caller = await host.admit();
    const brief = await add(caller, "The lock is open.", { expiresAt: inSeconds(20) });
    const same = await caller.backend.call(memory.add, {
      ...{ type: "fact", content: "The lock is open." },
      expiresAt: inSeconds(10),
    });
    expect(same).toEqual({ memory: brief, existing: true, notMerged: ["expiresAt"] });
    const lasting = await add(caller, "The lock is open.");
    expect(lasting.id).not.toBe(brief.id);
    await caller.backend.call(memory.delete, { id: lasting.id });
    pass(21);
    expect((await add(caller, "The lock is open.")).id).not.toBe(brief.id);
  });

  it("refuses an end that has passed", async () => {
    const caller = await host.admit();
    await expect(add(caller, "Late.", { expiresAt: "2020-01-01" })).rejects.toMatchObject({
      code: "invalid_input",
      message: "expiresAt: must lie ahead",
    });
  });

  it("puts one memory in the place of another, which stays readable by its id and as of then", async () => {
    const caller = await host.admit();
    const old = await add(caller, "The berth is Alpha.");
    pass(1);
    const { memory: newer } = await caller.backend.call(memory.add, {
      ...{ type: "fact", content: "The berth is Beta." },
      supersedes: old.id,
    });
    expect(newer.supersedes).toBe(old.id);
    expect(await listed(caller)).toEqual([newer.id]);
    expect(await told(caller)).toEqual([newer.id]);
    expect(await found(caller, "berth")).toEqual(["The berth is Beta."]);
    expect(await found(caller, "berth", { asOf: old.updatedAt })).toEqual(["The berth is Alpha."]);
    const { memory: kept } = await caller.backend.call(memory.get, { id: old.id });
    expect(kept).toEqual({ ...old, supersededBy: newer.id, supersededAt: expect.any(String) });
  });

  it("lets nothing change or take the place of what was superseded, but repeats the same answer", async () => {
    const caller = await host.admit();
    const { id } = await add(caller, "The berth is Alpha.");
    const newer = await add(caller, "The berth is Beta.", { supersedes: id });
    for (const change of [
      add(caller, "The berth is Gamma.", { supersedes: id }),
      caller.backend.call(memory.update, { id, content: "The berth is Gamma." }),
    ])
      await expect(change).rejects.toMatchObject({
        code: "invalid_input",
        message: expect.stringContaining("another memory has taken its place"),
      });
    expect((await add(caller, "The berth is Beta.", { supersedes: id })).id).toBe(newer.id);
    expect((await add(caller, "The berth is Alpha.")).id).not.toBe(id);
  });

  it("answers a memory that would take its own place with the one that is there", async () => {
    const caller = await host.admit();
    const old = await add(caller, "The berth is Alpha.", { tags: ["port", "berth"], importance: 4 });
    const again = (more: object) =>
      caller.backend.call(memory.add, {
        ...{ type: "fact" as const, content: "The berth is Alpha.", supersedes: old.id },
        ...more,
      });
    for (const more of [{}, { tags: ["berth", "port"], importance: 4, occurredAt: old.occurredAt }])
      expect(await again(more)).toEqual({ memory: old, existing: true });
    expect(await listed(caller)).toEqual([old.id]);
    const { memory: moved, ...rest } = await again({ tags: ["port"] });
    expect([moved.supersedes, moved.tags, rest]).toEqual([old.id, ["port"], {}]);
    expect(await listed(caller)).toEqual([moved.id]);
  });

  it.each([
    { type: "decision" as const },
    { project: "harbour" },
    { content: "The berth is ALPHA." },
    { importance: 5 },
    { pinned: true },
    { occurredAt: "2020-01-01T00:00:00.000Z" },
    { expiresAt: "2999-01-01T00:00:00.000Z" },
  ])("lets the same words take their place where %o is new", async (more) => {
    const caller = await host.admit();
    const old = await add(caller, "The berth is Alpha.");
    const { memory: newer } = await caller.backend.call(memory.add, {
      ...{ type: "fact" as const, content: "The berth is Alpha.", supersedes: old.id },
      ...more,
    });
    expect([newer.supersedes, await listed(caller)]).toEqual([old.id, [newer.id]]);
  });

  it("brings nothing back when what superseded it is deleted, and leaves no dead link", async () => {
    const caller = await host.admit();
    const old = await add(caller, "The berth is Alpha.");
    const newer = await add(caller, "The berth is Beta.", { supersedes: old.id });
    await caller.backend.call(memory.delete, { id: newer.id });
    expect(await found(caller, "berth")).toEqual([]);
    expect((await caller.backend.call(memory.get, { id: old.id })).memory).toEqual({
      ...old,
      supersededAt: expect.any(String),
    });
    await expect(caller.backend.call(memory.update, { id: old.id, pinned: true })).rejects.toMatchObject({
      code: "invalid_input",
      hint: expect.stringContaining("deleted since"),
    });
    const next = await add(caller, "The crane is red.");
    const last = await add(caller, "The crane is blue.", { supersedes: next.id });
    await caller.backend.call(memory.delete, { id: next.id });
    expect((await caller.backend.call(memory.get, { id: last.id })).memory).not.toHaveProperty("supersedes");
  });

  it("refuses to supersede what is not there, or another's", async () => {
    const caller = await host.admit();
    const { id } = await add(await host.admit(), "Theirs.");
    await expect(add(caller, "Mine.", { supersedes: id })).rejects.toMatchObject({ code: "not_found" });
    expect(await listed(caller)).toEqual([]);
  });
});

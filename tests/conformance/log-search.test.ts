import * as memory from "@moorage/shared/contracts/memory";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";

describe.each(HOSTS)("searching daily logs in $name", ({ open }) => {
  let host: Host;
  beforeAll(async () => {
    host = await open();
  });
  afterAll(() => host.close());

  const append = async ({ backend }: Caller, content: string, more: object = {}) =>
    (await backend.call(memory.logAppend, { content, ...more })).entry;
  const search = ({ backend }: Caller, query: string, more: object = {}) =>
    backend.call(memory.logSearch, { query, ...more });
  const found = async (caller: Caller, query: string, more: object = {}) =>
    (await search(caller, query, more)).entries.map(({ content }) => content);

  it("finds entries by a word in any of its forms, those that say the rarer words first", async () => {
    const caller = await host.admit();
    const first = await append(caller, "Went to look at the crane.");
    await append(caller, "Went to look at the weather.");
    const both = await append(caller, "Repaired the crane's gearbox.");
    const { entries } = await search(caller, "who repairs cranes?");
    expect(entries).toEqual([both, first]);
    expect(await found(caller, "gearb")).toEqual(["Repaired the crane's gearbox."]);
    expect(await found(caller, "zeppelin")).toEqual([]);
  });

  it("narrows by agent and days, and finds a narrow range among any number of better matches", async () => {
    const caller = await host.admit();
    await append(caller, "Saw the buoy.", { agent: "scout", day: "2025-02-03" });
    for (let i = 0; i < 150; i++) await append(caller, `buoy ${i}`, { day: "2025-03-01" });
    expect(await found(caller, "buoy", { agent: "scout" })).toEqual(["Saw the buoy."]);
    expect(await found(caller, "buoy", { from: "2025-02-01", to: "2025-02-28" })).toEqual(["Saw the buoy."]);
    await expect(search(caller, "buoy", { from: "2025-02-02", to: "2025-02-01" })).rejects.toMatchObject({
      message: "from: must not be after to",
    });
  });

  it("pages, each entry once, and refuses a cursor of another question", async () => {
    const caller = await host.admit();
    for (let i = 0; i < 5; i++) await append(caller, `whale ${i}`);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await search(caller, "whale", { limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(...page.entries.map(({ content }) => content));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual([4, 3, 2, 1, 0].map((i) => `whale ${i}`));
    const page = await search(caller, "whale", { limit: 2 });
    await expect(search(caller, "other", { cursor: page.cursor })).rejects.toMatchObject({ code: "bad_cursor" });
  });

  it("finds the last word of the longest entry, once", async () => {
    const caller = await host.admit();
    const words = Array.from({ length: 3_000 }, (_, i) => `berth${i}`).join(" ");
    const { id } = await append(caller, `mooring ${words} mooring lastword`);
    for (const query of ["lastword", "mooring berth7 berth2999"])
      expect((await search(caller, query)).entries.map((entry) => entry.id)).toEqual([id]);
  });

  it("shows no tenant's and no other agent's entry", async () => {
    const caller = await host.admit();
    await append(caller, "The secret cove.", { agent: "scout" });
    expect(await found(await host.admit(), "secret cove")).toEqual([]);
    const bound = await host.admit({ tenant: caller.tenant, agent: "bosun" });
    expect(await found(bound, "secret cove", { agent: "scout" })).toEqual([]);
  });
});

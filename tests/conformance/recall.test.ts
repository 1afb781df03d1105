import * as memory from "@moorage/shared/contracts/memory";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";

describe.each(HOSTS)("recall in $name", ({ open }) => {
  let host: Host;
  beforeAll(async () => {
    host = await open();
  });
  afterAll(() => host.close());

  const add = async ({ backend }: Caller, content: string, more: object = {}) =>
    (await backend.call(memory.add, { type: "note", content, ...more })).memory.id;
  const search = async ({ backend }: Caller, query: string, more: object = {}) =>
    (await backend.call(memory.search, { query, ...more })).memories;
  const found = async (caller: Caller, query: string, more: object = {}) =>
    (await search(caller, query, more)).map(({ id }) => id);
  const minute = (n: number) => ({ occurredAt: `2026-05-08T10:${String(n).padStart(2, "0")}:00Z` });

  it("finds a word in any of its forms, without accents, and by tags", async () => {
    const caller = await host.admit();
    const id = await add(caller, "She decided to repaint the café.", { tags: ["maintenance"] });
    for (const query of ["deciding", "repainted cafes", "CAFÉ", "maintenance"]) {
      expect(await found(caller, query)).toEqual([id]);
    }
  });

  it("finds identifiers whole and by their parts, and words by their beginnings", async () => {
    const caller = await host.admit();
    const database = await add(caller, "The quay runs on PostgreSQL 17.");
    const lowercase = await add(caller, "postgresql.conf is in /etc.");
    const lookup = await add(caller, "getUserById answers null for a stranger.");
    const column = await add(caller, "The column is user_id.");
    const login = await add(caller, "Authentication goes through the gate.");
    const word = await add(caller, "The auth header is checked first.");
    expect(await found(caller, "postgres")).toEqual([database, lowercase]);
    expect(await found(caller, "how is sql spoken here")).toEqual([database]);
    expect((await found(caller, "user")).toSorted()).toEqual([lookup, column].toSorted());
    expect((await found(caller, "getUserById"))[0]).toBe(lookup);
    expect((await found(caller, "userId"))[0]).toBe(column);
    const [first, second] = await search(caller, "auth");
    expect([first!.id, second!.id]).toEqual([word, login]);
    expect(second!.why).toBe("says auth");
    expect(await found(caller, "uth")).toEqual([]);
  });

  it("finds what was meant by a question in its own phrasing, above what shares its everyday words", async () => {
    const caller = await host.admit();
    for (let i = 0; i < 30; i++) await add(caller, `People like to know what time they go home on day ${i}.`);
    const id = await add(caller, "The pilot boat's call sign is Osprey.");
    for (let i = 0; i < 30; i++) await add(caller, `I would like to know how people get home on night ${i}.`);
    expect((await found(caller, "Do you know what people call the pilot boat?"))[0]).toBe(id);
  });

  it("finds a turn of a conversation by what stands beside it, and nothing else by that", async () => {
    const caller = await host.admit();
    const question = await add(caller, "Ada: Where did you spend the regatta?", minute(0));
    const answer = await add(caller, "Bo: In Lisbon, with my sister.", minute(1));
    await add(caller, "Cy: Much later.", { occurredAt: "2026-05-08T12:00:00Z" });
    expect(await found(caller, "Where did Bo spend the regatta?")).toEqual(expect.arrayContaining([question, answer]));
    const facts = await host.admit();
    const fact = await add(facts, "The regatta is in June.", minute(0));
    await add(facts, "The crane is broken.", minute(1));
    expect(await found(facts, "regatta")).toEqual([fact]);
  });

  it("takes a neighbour's words back when it is edited, moved or deleted", async () => {
    const caller = await host.admit();
    const neighbour = await add(caller, "Ada: The zeppelin has landed.", minute(1));
    const turn = await add(caller, "Bo: Splendid.", minute(2));
    expect(await found(caller, "zeppelin")).toEqual([neighbour, turn]);
    await caller.backend.call(memory.update, { id: neighbour, content: "Ada: The xebec has landed." });
    expect(await found(caller, "zeppelin")).toEqual([]);
    expect(await found(caller, "xebec")).toEqual([neighbour, turn]);
    await caller.backend.call(memory.update, { id: neighbour, occurredAt: "2026-05-09T10:00:00Z" });
    expect(await found(caller, "xebec")).toEqual([neighbour]);
    await caller.backend.call(memory.update, { id: neighbour, ...minute(1) });
    expect(await found(caller, "xebec")).toEqual([neighbour, turn]);
    await caller.backend.call(memory.delete, { id: neighbour });
    expect(await found(caller, "xebec")).toEqual([]);
  });

  it("finds the last word of the longest memory, and shows it once however many pieces match", async () => {
    const caller = await host.admit();
    const words = Array.from({ length: 3_000 }, (_, i) => `berth${i}`).join(" ");
    const id = await add(caller, `mooring ${words} mooring lastword`);
    expect(await found(caller, "lastword")).toEqual([id]);
    expect(await found(caller, "mooring berth7 berth2999")).toEqual([id]);
  });

  it("says why each hit is there", async () => {
    const caller = await host.admit();
    await add(caller, "Ada: The ferry leaves at nine.", minute(0));
    const [hit] = await search(caller, "When does the ferry that Ada took in May 2026 leave?");
    expect(hit?.why).toBe("says ferry, leave; by ada; of may, 2026");
  });

  it("spends no more tokens than it was given, and its cursor goes on from there", async () => {
    const caller = await host.admit();
    for (let i = 0; i < 5; i++) await add(caller, `whale ${i} ${"blubber ".repeat(40)}`);
    const page = await caller.backend.call(memory.search, { query: "whale", budget: 450 });
    expect(page.memories).toHaveLength(2);
    const rest = await caller.backend.call(memory.search, { query: "whale", cursor: page.cursor });
    expect(rest.memories).toHaveLength(3);
    expect(new Set([...page.memories, ...rest.memories].map(({ id }) => id)).size).toBe(5);
  });

  it("tells the beginning of the best where the budget is too small for all of it, and that it is one", async () => {
    const caller = await host.admit();
    const id = await add(caller, `The mizzen ${"ä🚢 ".repeat(2_000)}`);
    const { memories } = await caller.backend.call(memory.search, { query: "mizzen", budget: 200 });
    expect(memories).toMatchObject([{ id, cut: true, content: expect.stringMatching(/^The mizzen ä🚢 .*…$/) }]);
    expect(Buffer.byteLength(memories[0]!.content)).toBeLessThanOrEqual((200 - 110) * 4);
    expect(memories[0]!.content.isWellFormed()).toBe(true);
    expect((await search(caller, "mizzen"))[0]).not.toHaveProperty("cut");
    // Tags leave the content its part.
    const tags = Array.from({ length: 16 }, (_, at) => `${at} ${"tag ".repeat(15)}`.trim());
    await add(caller, `The bowsprit ${"is long ".repeat(100)}`, { tags });
    const [tagged] = (await caller.backend.call(memory.search, { query: "bowsprit", budget: 200 })).memories;
    expect(tagged).toMatchObject({ cut: true, content: expect.stringMatching(/^The bowsprit is long .*…$/) });
    expect(tagged!.tags).toEqual(tags.slice(0, tagged!.tags.length));
  });

  it("answers as of a moment with what was known then", async () => {
    const caller = await host.admit();
    const { memory: first } = await caller.backend.call(memory.add, { type: "fact", content: "The berth is Alpha." });
    await tick();
    const { memory: second } = await caller.backend.call(memory.update, {
      id: first.id,
      content: "The berth is Beta.",
    });
    const said = async (query: string, asOf: string) =>
      (await search(caller, query, { asOf })).map(({ content }) => content);
    expect(await said("berth", first.updatedAt)).toEqual(["The berth is Alpha."]);
    expect(await said("berth", second.updatedAt)).toEqual(["The berth is Beta."]);
    expect(await said("alpha", second.updatedAt)).toEqual([]);
    expect(await said("berth", "2020-01-01")).toEqual([]);
    await caller.backend.call(memory.delete, { id: first.id });
    expect(await said("berth", first.updatedAt)).toEqual([]);
  });

  it("finds a narrow range of time among any number of better matches outside it", async () => {
    const caller = await host.admit();
    const id = await add(caller, "A note that mentions the buoy.", { occurredAt: "2024-02-03T04:05:06Z" });
    for (let i = 0; i < 150; i++) await add(caller, `buoy ${i}`);
    expect(await found(caller, "buoy", { since: "2024-02-01", until: "2024-02-28" })).toEqual([id]);
  });

  it("finds what has a tag, or is of a wide range of time, behind any number of better matches that are not", async () => {
    const caller = await host.admit();
    const long = `The buoy. ${"Quite another matter, at length. ".repeat(60)}`;
    const rare = await add(caller, long, { tags: ["north sea"], occurredAt: "2024-02-03T04:05:06Z" });
    const old = { occurredAt: "2024-02-03T04:05:06Z" };
    for (let batch = 0; batch < 6; batch++)
      await caller.backend.call(memory.addMany, {
        memories: Array.from({ length: 100 }, (_, at) => ({
          ...{ type: "note", content: `buoy buoy ${batch * 100 + at}`, tags: ["sea"] },
        })),
      });
    for (let batch = 0; batch < 3; batch++)
      await caller.backend.call(memory.addMany, {
        memories: Array.from({ length: 100 }, (_, at) => ({
          type: "note",
          content: `gull ${batch * 100 + at}`,
          ...old,
        })),
      });
    expect(await found(caller, "buoy", { tags: ["north sea"] })).toEqual([rare]);
    expect(await found(caller, "buoy", { since: "2024-02-01", until: "2024-02-28" })).toEqual([rare]);
    expect(await found(caller, "buoy matter", { asOf: "2024-02-28" })).toEqual([]);
    const answer = await caller.backend.call(memory.search, { query: "buoy", tags: ["north sea"] });
    expect(answer).not.toHaveProperty("partial");
  }, 60_000);

  it("finds by a tag that many have, too, all that stands behind better matches", async () => {
    const caller = await host.admit();
    const urgent: string[] = [];
    for (let batch = 0; batch < 22; batch++) {
      const { added } = await caller.backend.call(memory.addMany, {
        memories: Array.from({ length: 100 }, (_, at) => ({
          ...{ type: "note", content: `buoy ${batch * 100 + at}`, tags: at % 20 === 0 ? ["so urgent"] : ["so calm"] },
        })),
      });
      urgent.push(...added.filter((_, at) => at % 20 === 0).map(({ id }) => id));
    }
    const asked = { query: "buoy", tags: ["so urgent"], limit: 100 };
    const first = await caller.backend.call(memory.search, asked);
    const rest = await caller.backend.call(memory.search, { ...asked, cursor: first.cursor });
    expect([...first.memories, ...rest.memories].map(({ id }) => id).toSorted()).toEqual(urgent.toSorted());
    expect(rest).not.toHaveProperty("partial");
  }, 60_000);

  it("says so where more may match than it read", async () => {
    const caller = await host.admit();
    // Long ones, of fifty rows each.
    const better = "buoy ".repeat(6_000);
    const worse = "buoy mist fog harbour mooring anchor rope sail mast hull keel deck ".repeat(480);
    const tags = ["charted"];
    for (let at = 0; at < 24; at++) {
      await add(caller, `Number ${at}: ${better}`);
      await add(caller, `Number ${at} of the others: ${worse}`, { tags });
    }
    const lastPage = async (asked: { tags?: string[] }) => {
      for (let more: { cursor?: string } = {}; ; ) {
        const page = await caller.backend.call(memory.search, { query: "buoy", ...asked, ...more });
        if (page.cursor === undefined) return page;
        more = { cursor: page.cursor };
      }
    };
    expect(await lastPage({ tags })).toMatchObject({ partial: true });
    expect(await lastPage({})).not.toHaveProperty("partial");
  }, 60_000);

  it("refuses a range that ends before it begins, and a question without a word", async () => {
    const caller = await host.admit();
    await expect(search(caller, "buoy", { since: "2026-05-09", until: "2026-05-08" })).rejects.toMatchObject({
      ...{ code: "invalid_input", message: "since: must not be after until" },
    });
    expect(await search(caller, "buoy", { since: "2026-05-08T09:00:00Z", until: "2026-05-08" })).toEqual([]);
    await expect(search(caller, "?!")).rejects.toMatchObject({ message: "query: holds no word to look for" });
  });

  it("finds a picture by itself, beside words and in them", async () => {
    const caller = await host.admit();
    const alone = await add(caller, "🚢");
    const beside = await add(caller, "🚢 The Heron sails. 🇱🇻");
    expect((await found(caller, "🚢")).toSorted()).toEqual([alone, beside].toSorted());
    const [hit, ...others] = await search(caller, "🇱🇻");
    expect([hit, others]).toMatchObject([{ id: beside, why: "says 🇱🇻" }, []]);
    expect(await found(caller, "🦆")).toEqual([]);
  });

  it("finds a project's memory, and everybody's, behind any number of better matches in another project", async () => {
    const caller = await host.admit();
    for (let batch = 0; batch < 6; batch++) {
      const memories = Array.from({ length: 100 }, (_, at) => ({
        type: "note" as const,
        content: `Deploy window ${batch * 100 + at}.`,
      }));
      await caller.backend.call(memory.addMany, { memories, project: "beta" });
    }
    const long = "and nothing else happened in the harbour that anybody would have noticed ".repeat(8);
    const own = await add(caller, `We deploy at noon ${long}`, { project: "alpha" });
    const shared = await add(caller, `Nobody may deploy at night ${long}`);
    const answer = await caller.backend.call(memory.search, { query: "deploy", project: "alpha" });
    expect(answer.memories.map(({ id }) => id).toSorted()).toEqual([own, shared].toSorted());
    expect(answer).not.toHaveProperty("partial");
  }, 60_000);

  it("shows no tenant's and no other agent's memory, whatever is asked", async () => {
    const caller = await host.admit();
    await add(caller, "The secret cove.", { agent: "scout" });
    expect(await found(await host.admit(), "secret cove")).toEqual([]);
    const bound = await host.admit({ tenant: caller.tenant, agent: "bosun" });
    expect(await found(bound, "secret cove", { agent: "scout" })).toEqual([]);
  });
});

/** The next millisecond of the clock that orders versions. */
async function tick(): Promise<void> {
  const now = Date.now();
  while (Date.now() === now) await new Promise(setImmediate);
}

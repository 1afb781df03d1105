import * as memory from "@moorage/shared/contracts/memory";
import { createBackend } from "moorage/backend/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";

describe.each(HOSTS)("writing memories in $name", ({ open }) => {
  let host: Host;
  beforeAll(async () => {
    host = await open();
  });
  afterAll(() => host.close());

  const add = ({ backend }: Caller, content: string, more: object = {}) =>
    backend.call(memory.add, { type: "fact", content, ...more });
  const count = async ({ backend }: Caller) => (await backend.call(memory.list, { limit: 100 })).memories.length;

  it("answers what is known already with the memory that is there, in whatever form it is said", async () => {
    const caller = await host.admit();
    const first = await add(caller, "The ferry leaves at nine.");
    expect(first).not.toHaveProperty("existing");
    for (const content of [
      "The ferry leaves at nine.",
      "the FERRY leaves, at nine",
      "Note: at 9 the ferry is leaving!",
    ]) {
      expect(await add(caller, content)).toEqual({ ...first, existing: true });
    }
    expect(await count(caller)).toBe(1);
  });

  it("takes over what a repeat asks for beside the words, never less of it, and says so", async () => {
    const caller = await host.admit();
    const { memory: first } = await add(caller, "The ferry leaves at nine.", { tags: ["ferry"], importance: 3 });
    const again = await add(caller, "At nine the ferry leaves.", {
      tags: ["ferry", "times"],
      importance: 5,
      pinned: true,
    });
    expect(again).toMatchObject({ existing: true, merged: ["tags", "importance", "pinned"] });
    expect(again.memory).toMatchObject({ id: first.id, tags: ["ferry", "times"], importance: 5, pinned: true });
    expect(again).not.toHaveProperty("notMerged");
    const less = await add(caller, "The ferry leaves at nine.", { importance: 2, tags: ["times"] });
    expect(less).toEqual({ memory: again.memory, existing: true, notMerged: ["importance"] });
    const many = Array.from({ length: 15 }, (_, i) => `tag ${i}`);
    const { added } = await caller.backend.call(memory.addMany, {
      memories: [{ type: "fact", content: "The ferry leaves at nine.", tags: many }],
    });
    expect(added).toEqual([{ id: first.id, existing: true, notMerged: ["tags"] }]);
    const { history } = await caller.backend.call(memory.get, { id: first.id, history: true });
    expect(history).toHaveLength(1);
  });

  it("answers the same words of another type with the memory that is there, whose type stays", async () => {
    const caller = await host.admit();
    const first = await add(caller, "The ferry leaves at nine.", { type: "decision" });
    const again = await add(caller, "At nine the ferry leaves.");
    expect(again).toEqual({ ...first, existing: true, notMerged: ["type"] });
    await caller.backend.call(memory.update, { id: first.memory.id, type: "fact" });
    expect(await add(caller, "The ferry leaves at nine.")).not.toHaveProperty("notMerged");
    expect(await count(caller)).toBe(1);
  });

  it("takes over no agent's tags where a person's memory would lose its standing by them", async () => {
    const person = await host.admit();
    const agent = await host.admit({ tenant: person.tenant, scopes: ["memory:read", "memory:write"] });
    const { memory: first } = await add(person, "The ferry leaves at nine.");
    const again = await add(agent, "The ferry leaves at nine.", { tags: ["mine"], pinned: true });
    expect(again).toMatchObject({ merged: ["pinned"], notMerged: ["tags"], memory: { tags: [], source: "user" } });
    expect((await agent.backend.call(memory.context, {})).memories).toMatchObject([{ id: first.id, pinned: true }]);
  });

  it.each(["9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00"])(
    "refuses %s, which no year of four digits holds in UTC",
    async (occurredAt) => {
      const caller = await host.admit();
      const call = add(caller, "Far off.", { occurredAt });
      await expect(call).rejects.toMatchObject({ message: "occurredAt: must be in the years 0000 to 9999 in UTC" });
      for (const last of ["9999-12-31T23:59:59Z", "0000-01-01"])
        expect((await add(caller, "At the edge.", { occurredAt: last })).memory.occurredAt).toContain(
          last.slice(0, 10),
        );
    },
  );

  it.each([
    ["another word", "The ferry leaves at ten.", {}],
    ["a denial", "The ferry does not leave at nine.", {}],
    ["another order", "At nine leaves the other ferry.", {}],
    ["another agent", "The ferry leaves at nine.", { agent: "scout" }],
    ["another project", "The ferry leaves at nine.", { project: "quay" }],
    ["a time of its own", "The ferry leaves at nine.", { occurredAt: "2026-05-08T09:00:00Z" }],
  ])("adds what differs by %s", async (_what, content, more) => {
    const caller = await host.admit();
    const first = await add(caller, "The ferry leaves at nine.");
    const second = await add(caller, content, more);
    expect(second.memory.id).not.toBe(first.memory.id);
    expect(second).not.toHaveProperty("existing");
  });

  it("knows a memory by the words it has now", async () => {
    const caller = await host.admit();
    const { memory: first } = await add(caller, "The crane is red.");
    await caller.backend.call(memory.update, { id: first.id, content: "The crane is blue." });
    expect((await add(caller, "The crane is red.")).memory.id).not.toBe(first.id);
    expect((await add(caller, "The crane is blue.")).memory.id).toBe(first.id);
    await caller.backend.call(memory.delete, { id: first.id });
    expect(await add(caller, "The crane is blue.")).not.toHaveProperty("existing");
  });

  it("adds many at once, in order and found by search, each as if added alone", async () => {
    const caller = await host.admit();
    const entries = Array.from({ length: 100 }, (_, i) => ({ type: "note" as const, content: `bollard number ${i}` }));
    const { added } = await caller.backend.call(memory.addMany, { memories: entries, project: "quay" });
    const { memories } = await caller.backend.call(memory.list, { limit: 100 });
    expect(memories.map(({ id }) => id)).toEqual(added.map(({ id }) => id).reverse());
    expect(memories.at(-1)).toMatchObject({ content: "bollard number 0", project: "quay" });
    const found = await caller.backend.call(memory.search, { query: "bollard 77" });
    expect(found.memories[0]?.content).toBe("bollard number 77");
    const again = await caller.backend.call(memory.addMany, { memories: entries.slice(0, 2), project: "quay" });
    expect(again.added).toEqual(added.slice(0, 2).map(({ id }) => ({ id, existing: true })));
  });

  it("adds none of many when one of them is refused", async () => {
    const caller = await host.admit();
    const memories = [
      { type: "note", content: "fine" },
      { type: "note", content: " " },
    ];
    const call = caller.backend.call(memory.addMany, { memories });
    await expect(call).rejects.toMatchObject({ message: "memories.1.content: must not be empty" });
    expect(await count(caller)).toBe(0);
  });

  it("adds many once when the reply to the first call is lost", async () => {
    const caller = await host.admit();
    let isLost = false;
    const lossy: typeof fetch = async (input, init) => {
      const response = await caller.door.fetch(input, init);
      if (isLost) return response;
      isLost = true;
      await response.arrayBuffer();
      throw new TypeError("the connection broke after the commit");
    };
    const backend = createBackend({ ...caller.door, fetch: lossy }, { clientName: () => "tests", readOnly: false });
    const memories = [
      { type: "note", content: "one" },
      { type: "note", content: "two" },
    ];
    const { added } = await backend.call(memory.addMany, { memories });
    const listed = await caller.backend.call(memory.list, {});
    expect(listed.memories.map(({ id }) => id)).toEqual(added.map(({ id }) => id).reverse());
  });
});

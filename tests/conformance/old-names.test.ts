import * as memory from "@moorage/shared/contracts/memory";
import * as old from "@moorage/shared/contracts/old-memory";
import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";

describe.each(HOSTS)("the names of the skill that came before, in $name", ({ open }) => {
  let host: Host;
  let caller: Caller;
  beforeAll(async () => {
    host = await open();
  });
  afterAll(() => host.close());

  const add = ({ backend }: Caller, content: string, more: object = {}) =>
    backend.call(old.addMemory, { agentId: "clara", type: "fact", content, ...more });

  it("are called as a script does, with Convex's own client and a key", async () => {
    caller = await host.admit();
    const { address, fetch, apiKey } = caller.door;
    const client = new ConvexHttpClient(address, { auth: apiKey, fetch, skipConvexDeploymentUrlCheck: true });
    const args = { agentId: "clara", type: "fact", content: "The pier is long.", tags: ["pier"] };
    const _id = await client.mutation(makeFunctionReference<"mutation">("memory:addMemory"), args);
    const found = await client.query(makeFunctionReference<"query">("memory:searchMemory"), { agentId: "clara" });
    expect(found).toEqual([
      { _id, type: "fact", content: "The pier is long.", tags: ["pier"], createdAt: expect.any(Number) },
    ]);
  });

  it("remember, find newest first or by a query, and forget", async () => {
    caller = await host.admit();
    const first = await add(caller, "The pier is long.");
    const second = await add(caller, "The crane is red.", { type: "note" });
    await add(caller, "Another agent's.", { agentId: "other" });
    const search = async (more: object = {}) =>
      (await caller.backend.call(old.searchMemory, { agentId: "clara", ...more })).map(({ _id }) => _id);
    expect(await search()).toEqual([second, first]);
    expect(await search({ type: "fact" })).toEqual([first]);
    expect(await search({ limit: 1 })).toEqual([second]);
    expect(await search({ query: "piers" })).toEqual([first]);
    expect(await add(caller, "The pier is long!")).toBe(first);
    expect((await caller.backend.call(memory.get, { id: first })).memory).toMatchObject({ agent: "clara" });
    expect(await caller.backend.call(old.deleteMemory, { memoryId: first })).toBe(true);
    expect(await caller.backend.call(old.deleteMemory, { memoryId: first })).toBe(false);
    expect(await search()).toEqual([second]);
  });

  it("find as many as asked for, however long they are", async () => {
    caller = await host.admit();
    for (let i = 0; i < 4; i++) await add(caller, `${i}${"x".repeat(30_000)}`);
    expect(await caller.backend.call(old.searchMemory, { agentId: "clara", limit: 3 })).toHaveLength(3);
  });

  it("write a day's log, append to it, read it as one text and list the days", async () => {
    caller = await host.admit();
    const write = (date: string, content: string) =>
      caller.backend.call(old.writeDailyLog, { agentId: "clara", date, content });
    const read = (date: string) => caller.backend.call(old.getDailyLog, { agentId: "clara", date });
    const id = await write("2026-05-01", "Cast off.");
    await write("2026-05-01", "Moored.");
    await write("2026-05-02", `Slept. ${"z".repeat(300)}`);
    const { entries } = await caller.backend.call(memory.logRead, { agent: "clara", to: "2026-05-01" });
    expect(entries[0]?.id).toBe(id);
    expect(await read("2026-05-01")).toEqual({
      date: "2026-05-01",
      content: "Cast off.\nMoored.",
      updatedAt: Date.parse(entries[1]!.at),
    });
    expect(await read("2026-05-03")).toBeNull();
    const days = await caller.backend.call(old.listDailyLogs, { agentId: "clara" });
    expect(days).toEqual([
      { date: "2026-05-02", contentPreview: `Slept. ${"z".repeat(193)}`, updatedAt: expect.any(Number) },
      { date: "2026-05-01", contentPreview: "Cast off.\nMoored.", updatedAt: Date.parse(entries[1]!.at) },
    ]);
    expect(await caller.backend.call(old.listDailyLogs, { agentId: "clara", limit: 1 })).toEqual([days[0]]);
  });

  it("ask for the same key, scope and agent as every function", async () => {
    caller = await host.admit();
    const id = await add(caller, "The pier is long.");
    const bound = await host.admit({ tenant: caller.tenant, agent: "bosun" });
    expect(await bound.backend.call(old.searchMemory, { agentId: "clara" })).toEqual([]);
    expect(await bound.backend.call(old.deleteMemory, { memoryId: id })).toBe(false);
    expect(await (await host.admit()).backend.call(old.deleteMemory, { memoryId: id })).toBe(false);
    const reader = await host.admit({ tenant: caller.tenant, scopes: ["memory:read"] });
    await expect(add(reader, "x")).rejects.toMatchObject({ code: "missing_scope" });
    const keyless = { ...caller.door, apiKey: "moor_none" };
    const client = new ConvexHttpClient(keyless.address, {
      ...{ auth: keyless.apiKey, fetch: keyless.fetch, skipConvexDeploymentUrlCheck: true },
    });
    const call = client.query(makeFunctionReference<"query">("memory:searchMemory"), { agentId: "clara" });
    await expect(call).rejects.toMatchObject({ data: { code: "unauthenticated" } });
  });

  it.each([
    ["a type that is none", { type: "rumour" }, 'type: must be one of "fact"'],
    ["no agent", { agentId: undefined }, "agentId: is required"],
    ["an unknown field", { importance: 3 }, 'unknown field "importance"'],
  ])("refuse %s by name", async (_what, wrong, message) => {
    await expect(add(await host.admit(), "x", wrong)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining(message),
    });
  });
});

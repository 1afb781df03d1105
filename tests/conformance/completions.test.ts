import { values } from "@moorage/shared/contracts/completions";
import * as memory from "@moorage/shared/contracts/memory";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";

describe.each(HOSTS)("completions in $name", ({ open }) => {
  let host: Host;
  let me: Caller;
  beforeAll(async () => {
    host = await open();
    me = await host.admit();
    const note = (content: string, more: object) => me.backend.call(memory.add, { type: "note", content, ...more });
    await note("one", { agent: "scout", project: "atlas" });
    await note("two", { agent: "scout", project: "beacon" });
    await note("three", { agent: "cook", project: "atlas" });
    await note("four", { agent: "cook" });
    for (const day of ["2025-01-01", "2025-01-02", "2025-02-01"])
      await me.backend.call(memory.logAppend, { content: "x", day, agent: "cook" });
    await me.backend.call(memory.logAppend, { content: "y", day: "2025-01-01", agent: "scout" });
  });
  afterAll(() => host.close());

  const complete = async (args: { field: string; prefix?: string; agent?: string }, caller = me) =>
    (await caller.backend.call(values, { prefix: "", ...args })).values;

  it("names each agent and project once, in order, by what was typed", async () => {
    expect(await complete({ field: "agent" })).toEqual(["cook", "scout"]);
    expect(await complete({ field: "agent", prefix: "sc" })).toEqual(["scout"]);
    expect(await complete({ field: "project" })).toEqual(["atlas", "beacon"]);
    expect(await complete({ field: "project", agent: "cook" })).toEqual(["atlas"]);
    expect(await complete({ field: "project", prefix: "z" })).toEqual([]);
  });

  it("names the agents and the days of logs, the latest day first", async () => {
    expect(await complete({ field: "logAgent", prefix: "c" })).toEqual(["cook"]);
    expect(await complete({ field: "day" })).toEqual(["2025-02-01", "2025-01-02", "2025-01-01"]);
    expect(await complete({ field: "day", prefix: "2025-01" })).toEqual(["2025-01-02", "2025-01-01"]);
    expect(await complete({ field: "day", agent: "scout" })).toEqual(["2025-01-01"]);
  });

  it("names memories by their ids", async () => {
    const [newest] = (await me.backend.call(memory.list, {})).memories;
    expect(await complete({ field: "memory", prefix: newest!.id })).toEqual([newest!.id]);
    expect(await complete({ field: "memory" })).toHaveLength(4);
  });

  it("tells a key of one agent, and another tenant, nothing of the others", async () => {
    const bound = await host.admit({ tenant: me.tenant, agent: "scout" });
    expect(await complete({ field: "agent" }, bound)).toEqual(["scout"]);
    expect(await complete({ field: "project", agent: "cook" }, bound)).toEqual(["atlas", "beacon"]);
    expect(await complete({ field: "day" }, bound)).toEqual(["2025-01-01"]);
    const stranger = await host.admit();
    for (const field of ["agent", "logAgent", "project", "day", "memory"])
      expect(await complete({ field }, stranger)).toEqual([]);
  });
});

/** What one Moorage exports and another one takes in with `restore`: as lines, and as Markdown. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as memory from "@moorage/shared/contracts/memory";
import * as transfer from "@moorage/shared/contracts/transfer";
import fc from "fast-check";
import { gather } from "moorage/transfer/gather";
import { send } from "moorage/transfer/send";
import { type ExportFormat, exported } from "moorage/transfer/write";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";

const WORDS = ["anchor", "bollard", "capstan", "davit", "ensign", "fairlead"];
const word = fc.constantFrom(...WORDS);
const which = fc.nat();
const aside = fc.record(
  {
    pinned: fc.constant(true),
    importance: fc.integer({ min: 1, max: 5 }),
    tags: fc.subarray(["ops", "new crane", "🚢"]),
    project: fc.constantFrom("quay", "dock"),
    occurredAt: fc.constantFrom("2026-05-08T10:00:00.000Z", "1999-12-31"),
    expiresAt: fc.constantFrom("2099-01-01T00:00:00.000Z", "2098-06-01"),
  },
  { requiredKeys: [] },
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("add" as const), word, aside, agent: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("supersede" as const), which, word, aside }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("update" as const), which, word, aside }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("approve" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("log" as const), word }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Memories that may still change. */
async function take({ backend }: Caller, current: string[], one: Step): Promise<void> {
  vi.setSystemTime(Date.now() + 1000);
  if (one.do === "log") return void (await backend.call(memory.logAppend, { content: one.word }));
  if (one.do === "add") {
    const agent = one.agent ? { agent: "scout" } : {};
    const { memory: added } = await backend.call(memory.add, {
      type: "fact",
      content: one.word,
      ...agent,
      ...one.aside,
    });
    if (!current.includes(added.id)) current.push(added.id);
    return;
  }
  const at = current.length === 0 ? -1 : one.which % current.length;
  const id = current[at];
  if (id === undefined) return;
  if (one.do === "update") await backend.call(memory.update, { id, content: `${one.word} again`, ...one.aside });
  else if (one.do === "approve") await backend.call(memory.approve, { ids: [id], decision: "approve" });
  else if (one.do === "delete") {
    await backend.call(memory.delete, { id });
    current.splice(at, 1);
  } else {
    const { memory: newer } = await backend.call(memory.add, {
      ...{ type: "decision", content: `${one.word} now`, supersedes: id },
      ...one.aside,
    });
    current.splice(at, 1, newer.id);
  }
}

async function textOf({ backend }: Caller, format: ExportFormat = "jsonl"): Promise<string> {
  let text = "";
  for await (const piece of exported(backend, format, undefined)) text += piece.text;
  return text;
}

describe("what is exported and restored elsewhere", () => {
  let host: Host;
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    host = await openInProcess();
  });
  afterEach(async () => {
    await host.close();
    vi.useRealTimers();
  });

  async function restore(to: Caller, text: string, name: string): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "moorage-round-trip-"));
    writeFileSync(join(folder, name), text);
    const gathered = await gather(join(folder, name), {});
    rmSync(folder, { recursive: true });
    const { refused } = await send(gathered, { backend: to.backend, restore: true, progress: () => {} });
    expect([...gathered.problems, ...refused]).toEqual([]);
  }

  it("is the same in every byte, whatever was done before, and knows what was said when", async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 16 }), async (steps) => {
      const [here, there, inMarkdown] = [await host.admit(), await host.admit(), await host.admit()];
      const moments: string[] = [];
      const current: string[] = [];
      for (const one of steps) {
        await take(here, current, one);
        moments.push(new Date().toISOString());
      }
      vi.setSystemTime(Date.now() + 1000);
      const text = await textOf(here);
      if (text === "") return;
      await restore(there, text, "export.jsonl");
      expect(await textOf(there)).toBe(text);
      await restore(inMarkdown, await textOf(here, "markdown"), "export.md");
      expect(await textOf(inMarkdown)).toBe(text);
      for (const asOf of moments)
        expect(await saidAll(there, asOf), `as of ${asOf}`).toEqual(await saidAll(here, asOf));
      expect(await histories(there)).toEqual(await histories(here));
    });
    await fc.assert(property, { numRuns: 15 });
  });

  it("is known again where it came from", async () => {
    const [here, there] = [await host.admit(), await host.admit()];
    const { memory: added } = await here.backend.call(memory.add, { type: "fact", content: "The crane is red." });
    await here.backend.call(memory.update, { id: added.id, content: "The crane is blue." });
    await here.backend.call(memory.logAppend, { content: "Painted." });
    await restore(there, await textOf(here), "there.jsonl");
    const before = await textOf(here);
    await restore(here, await textOf(there), "back.jsonl");
    expect(await textOf(here)).toBe(before);
  });

  it("adds nothing to what a memory said before that is not from a file", async () => {
    const caller = await host.admit();
    const { memory: added } = await caller.backend.call(memory.add, { type: "fact", content: "The crane is red." });
    const forged = { key: "v1", memory: added.id, type: "fact", content: "The crane was never red." };
    const { versions } = await caller.backend.call(transfer.importMany, {
      versions: [{ ...forged, updatedAt: "2026-01-01", until: "2026-01-02" }],
      restore: true,
    });
    expect(versions).toEqual([{ refused: "is an earlier version of a memory that is not from a file" }]);
    const { history } = await caller.backend.call(memory.get, { id: added.id, history: true });
    expect(history).toEqual([]);
  });

  it("believes of an earlier version who said so only where a person says that the file is theirs", async () => {
    const caller = await host.admit();
    const said = { type: "fact", content: "The crane is red.", source: "user" };
    const now = { key: "m1", ...said, createdAt: "2026-01-01T00:00:00Z" };
    const before = { key: "v1", memory: "m1", ...said, updatedAt: "2026-01-01", until: "2026-01-02" };
    const { memories } = await caller.backend.call(transfer.importMany, { memories: [now], versions: [before] });
    const { history } = await caller.backend.call(memory.get, { id: memories[0]!.id!, history: true });
    expect(history).toMatchObject([{ content: "The crane is red.", source: "import" }]);
  });
});

/** What is found of every word as of a moment; ids are each place's own. */
async function saidAll({ backend }: Caller, asOf: string): Promise<string[][]> {
  const all = [];
  for (const query of WORDS) {
    const { memories } = await backend.call(memory.search, { query, asOf, limit: 100 });
    all.push(
      memories.map(({ content, tags, importance, source }) => JSON.stringify([content, tags, importance, source])),
    );
  }
  return all.map((said) => said.sort());
}

async function histories({ backend }: Caller): Promise<object[]> {
  const { memories } = await backend.call(memory.list, { limit: 100 });
  const whole = await Promise.all(memories.map(({ id }) => backend.call(memory.get, { id, history: true })));
  return whole.map(({ history }) => history!);
}

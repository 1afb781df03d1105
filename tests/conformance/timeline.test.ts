import * as memory from "@moorage/shared/contracts/memory";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";

type Step =
  | { do: "add"; word: string; minute: number; seconds?: number }
  | { do: "supersede"; which: number; word: string }
  | { do: "update"; which: number; word: string }
  | { do: "delete"; which: number }
  | { do: "wait"; seconds: number };

const WORDS = ["anchor", "bollard", "capstan", "davit", "ensign", "fairlead"];
const word = fc.constantFrom(...WORDS);
const which = fc.nat();
const seconds = fc.integer({ min: 1, max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { do: fc.constant("add" as const), word, minute: fc.nat(59), seconds },
      { requiredKeys: ["do", "word", "minute"] },
    ),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("supersede" as const), which, word }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("update" as const), which, word }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds }) },
);

/** What the model knows of a memory: what it says, and until when. */
interface Said {
  word: string;
  until: number;
}

/** What should be known, beside a Moorage that is told the same. */
class Timeline {
  readonly #caller: Caller;
  readonly living = new Map<string, Said>();
  /** Superseded: only their ids and questions about the past lead to them. */
  readonly past = new Set<string>();
  readonly moments: { at: number; living: Map<string, Said> }[] = [];

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  async take(one: Step): Promise<void> {
    pass(10);
    if (one.do === "wait") return pass(one.seconds * 1000);
    if (one.do === "add") await this.#add(one);
    else {
      const ids = this.current();
      if (ids.length > 0) await this.#change(ids[one.which % ids.length]!, one);
    }
    this.moments.push({ at: Date.now(), living: new Map(this.living) });
  }

  /** Those that are said now. */
  current(): string[] {
    return [...this.living].filter(([, { until }]) => until > Date.now()).map(([id]) => id);
  }

  async #add({ word, minute, seconds }: Extract<Step, { do: "add" }>) {
    const until = seconds === undefined ? Infinity : Date.now() + seconds * 1000;
    const added = await this.#write(word, {
      occurredAt: `2026-05-08T10:${String(minute).padStart(2, "0")}:00Z`,
      ...(seconds === undefined ? {} : { expiresAt: new Date(until).toISOString() }),
    });
    this.living.set(added, { word, until });
  }

  async #change(id: string, one: Exclude<Step, { do: "add" | "wait" }>) {
    const { backend } = this.#caller;
    if (one.do === "update") {
      await backend.call(memory.update, { id, content: one.word });
      this.living.set(id, { word: one.word, until: this.living.get(id)!.until });
      return;
    }
    if (one.do === "supersede") {
      const successor = await this.#write(one.word, { supersedes: id });
      // In the same words it is a repeat.
      if (successor === id) return;
      this.living.set(successor, { word: one.word, until: Infinity });
      this.past.add(id);
    } else {
      await backend.call(memory.delete, { id });
      for (const moment of this.moments) moment.living.delete(id);
    }
    this.living.delete(id);
  }

  async #write(word: string, more: object): Promise<string> {
    return (await this.#caller.backend.call(memory.add, { type: "note", content: word, ...more })).memory.id;
  }
}

const pass = (ms: number) => void vi.setSystemTime(Date.now() + ms);
const holding = (known: Map<string, Said>, what: string, at: number) =>
  [...known]
    .filter(([, { word, until }]) => word === what && until > at)
    .map(([id]) => id)
    .sort();

describe("any order of adding, superseding, changing, deleting and expiring", () => {
  let host: Host;
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    host = await openInProcess();
  });
  afterEach(async () => {
    await host.close();
    vi.useRealTimers();
  });

  it("loses no memory and brings none back, now and as of every moment before", async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const caller = await host.admit();
      const { backend } = caller;
      const timeline = new Timeline(caller);
      for (const one of steps) await timeline.take(one);
      const found = async (query: string, more: object = {}) =>
        (await backend.call(memory.search, { query, limit: 100, ...more })).memories.map(({ id }) => id).sort();
      const now = Date.now();
      for (const what of WORDS) expect(await found(what)).toEqual(holding(timeline.living, what, now));
      for (const { at, living } of timeline.moments)
        for (const what of WORDS)
          expect(await found(what, { asOf: new Date(at).toISOString() })).toEqual(holding(living, what, at));
      const { memories: listed } = await backend.call(memory.list, { limit: 100 });
      expect(listed.map(({ id }) => id).sort()).toEqual(timeline.current().sort());
      const { memories: told } = await backend.call(memory.context, { budget: 12_000 });
      expect(told.map(({ id }) => id).sort()).toEqual(timeline.current().sort());
      for (const id of timeline.past) expect((await backend.call(memory.get, { id })).memory?.id).toBe(id);
    });
    await fc.assert(property, { numRuns: 20 });
  });
});

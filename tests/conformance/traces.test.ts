/** What an index row says of its neighbours is what they say now: an edited or deleted one leaves no word behind. */
import * as memory from "@moorage/shared/contracts/memory";
import fc from "fast-check";
import { expect, it } from "vitest";
import { openInProcess } from "../support/hosts.ts";
import { tamperable } from "../support/tamper.ts";

const minute = fc.nat(20);
const step = fc.oneof(
  fc.record({ do: fc.constant("add" as const), minute }),
  fc.record({ do: fc.constant("edit" as const), which: fc.nat(), minute: fc.option(minute, { nil: undefined }) }),
  fc.record({ do: fc.constant("supersede" as const), which: fc.nat() }),
  fc.record({ do: fc.constant("delete" as const), which: fc.nat() }),
);

it("holds after any order of adding, editing, moving, superseding and deleting", async () => {
  const host = await openInProcess({ crons: false, modules: tamperable });
  const property = fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 16 }), async (steps) => {
    const { backend } = await host.admit();
    const at = (n: number) => `2026-05-08T10:${String(n).padStart(2, "0")}:00Z`;
    /** Ids, and the one word that each says now; words that were said once and are no more. */
    const said = new Map<string, string>();
    const gone: string[] = [];
    let count = 0;
    const next = () => `word${++count}x`;
    const drop = (id: string) => {
      gone.push(said.get(id)!);
      said.delete(id);
    };
    const write = async (more: object) => {
      const word = next();
      const { memory: added } = await backend.call(memory.add, { type: "note", content: `Ada: ${word}`, ...more });
      said.set(added.id, word);
    };
    for (const one of steps) {
      const ids = [...said.keys()];
      if (one.do === "add" || ids.length === 0) {
        await write({ occurredAt: at("minute" in one ? (one.minute ?? 0) : 0) });
        continue;
      }
      const id = ids[one.which % ids.length]!;
      if (one.do === "edit") {
        gone.push(said.get(id)!);
        said.set(id, next());
        const moved = one.minute === undefined ? {} : { occurredAt: at(one.minute) };
        await backend.call(memory.update, { id, content: `Ada: ${said.get(id)}`, ...moved });
      } else if (one.do === "delete") {
        await backend.call(memory.delete, { id });
        drop(id);
      } else {
        await write({ supersedes: id, occurredAt: at(1) });
        drop(id);
      }
    }
    const rows: { memoryId: string; space: string; text: string }[] = await host.engine.query("tamper:rows", {
      table: "memoryIndex",
    });
    const living = rows.filter(({ memoryId, space }) => said.has(memoryId) && !space.endsWith("|past"));
    expect(living).toHaveLength(said.size);
    for (const { memoryId, text } of living) {
      const words = new Set(text.match(/word\d+x/g));
      expect([...words].filter((word) => gone.includes(word))).toEqual([]);
      expect(words).toContain(said.get(memoryId));
    }
    // What is filed for questions about the past is the entry's own words alone.
    for (const { text } of rows.filter(({ space }) => space.endsWith("|past")))
      expect(new Set(text.match(/word\d+x/g)).size).toBe(1);
  });
  await fc.assert(property, { numRuns: 25 });
  await host.close();
});

/** The same question finds the same set of memories on the engine and on `convex-test`, which looks for words as Convex does but does not rank. */
import { randomUUID } from "node:crypto";
import { modules, schema } from "@moorage/convex/modules.map";
import { createApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import * as memory from "@moorage/shared/contracts/memory";
import { SCOPES } from "@moorage/shared/scopes";
import { makeFunctionReference } from "convex/server";
import { convexTest } from "convex-test";
import fc from "fast-check";
import { expect, it } from "vitest";
import { openInProcess } from "../support/hosts.ts";

interface Memories {
  add(content: string, occurredAt: string): Promise<unknown>;
  find(query: string): Promise<string[]>;
}

/** No word's stem begins another's, so that the prefix that a query's last word is finds nothing more. */
const WORDS = "anchor bollard capstan davit ensign fairlead gangway hawser".split(" ");
const words = (max: number) => fc.uniqueArray(fc.constantFrom(...WORDS), { minLength: 1, maxLength: max });
const entry = fc.record({
  words: words(4),
  speaker: fc.option(fc.constantFrom("Ada", "Bo"), { nil: undefined }),
  minute: fc.nat(59),
});

// Each of the two puts its host where the `convex` package looks for it; here they take turns.
const globals = globalThis as { Convex?: unknown };
const newMock = () => convexTest({ schema, modules: { ...modules, "./_generated/server.ts": async () => ({}) } });

/** A tenant of its own on `convex-test`, behind the identity that the door would have signed. */
async function onConvexTest(): Promise<Memories> {
  const t = newMock();
  const { keyId, secret } = createApiKey();
  const proof = await proofOf(secret);
  const key = { keyId, name: "test", scopes: [...SCOPES], proofHash: await proofHashOf(proof) };
  await t.mutation(makeFunctionReference<"mutation">("tenants:provision"), { tenant: randomUUID(), keys: [key] });
  const me = t.withIdentity({ issuer: "https://door.test", subject: keyId, proof });
  return {
    add: (content, occurredAt) =>
      me.mutation(makeFunctionReference<"mutation">("memory:add"), {
        ...{ type: "note", content, occurredAt, opId: randomUUID() },
      }),
    find: async (query) => {
      const { memories } = await me.action(makeFunctionReference<"action">("memory:search"), { query, limit: 100 });
      return memories.map(({ content }: { content: string }) => content);
    },
  };
}

it("finds on the engine what it finds on convex-test", async () => {
  newMock();
  const mockHost = globals.Convex;
  const host = await openInProcess({ crons: false });
  const engineHost = globals.Convex;
  const onEngine = async (): Promise<Memories> => {
    const { backend } = await host.admit();
    return {
      add: (content, occurredAt) => backend.call(memory.add, { type: "note", content, occurredAt }),
      find: async (query) =>
        (await backend.call(memory.search, { query, limit: 100 })).memories.map(({ content }) => content),
    };
  };
  let found = 0;
  const property = fc.asyncProperty(
    fc.array(entry, { minLength: 1, maxLength: 9 }),
    fc.array(words(3), { minLength: 1, maxLength: 4 }),
    async (entries, queries) => {
      const contents = entries.map(({ words, speaker, minute }, i) => ({
        content: `${speaker === undefined ? "" : `${speaker}: `}${words.join(" ")} ${i}`,
        occurredAt: `2026-05-08T10:${String(minute).padStart(2, "0")}:00Z`,
      }));
      const answersOf = async (open: () => Promise<Memories>) => {
        const memories = await open();
        for (const { content, occurredAt } of contents) await memories.add(content, occurredAt);
        const answers: string[][] = [];
        for (const query of queries) answers.push((await memories.find(query.join(" "))).sort());
        return answers;
      };
      globals.Convex = mockHost;
      const expected = await answersOf(onConvexTest);
      globals.Convex = engineHost;
      expect(await answersOf(onEngine)).toEqual(expected);
      found += expected.flat().length;
    },
  );
  await fc.assert(property, { numRuns: 15 });
  expect(found).toBeGreaterThan(0);
  await host.close();
});

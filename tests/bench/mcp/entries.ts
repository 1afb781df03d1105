/** A memory with many entries, in our form and in the peer's: the same words in both. */
import { writeFileSync } from "node:fs";
import * as memories from "@moorage/convex/model/memories";
import type { Principal } from "@moorage/convex/model/principal";
import { modules, schema } from "@moorage/convex/modules.map";
import { createEngine } from "@moorage/engine";
import { databaseOf } from "../../support/embedded.ts";
import { StdioClient } from "../../support/stdio-client.ts";
import { seeded, words } from "../measure/text.ts";
import { moorage } from "./servers.ts";

const WORDS_EACH = 20;
const ROWS_A_MUTATION = 250;

/** Stands in every entry. */
export const COMMON_WORD = "harbour";

/** Stands in one entry: no number's text is part of another's. */
export const uniqueWord = (n: number): string => `mark${String(n).padStart(6, "0")}`;

/** The text of the entry of a number. */
export function content(n: number): string {
  return `${COMMON_WORD} ${uniqueWord(n)} ${words(seeded(n), WORDS_EACH)}`;
}

/** Fills the server's own database. The first entry goes through the server, which makes the tenant and the keys. */
export async function fillMoorage(home: string, count: number): Promise<void> {
  const server = new StdioClient(moorage(home));
  await server.initialize();
  await server.call("memory_add", { type: "note", content: content(0) });
  await server.close();
  const engine = createEngine({
    schema,
    modules,
    storage: { kind: "file", path: databaseOf(home), synchronous: "OFF" },
    crons: false,
  });
  for (let from = 1; from < count; from += ROWS_A_MUTATION) {
    await engine.inline("mutation", async (ctx) => {
      const { _id: tenantId } = await ctx.db.query("tenants").first();
      const principal: Principal = { tenantId, keyId: "bench", scopes: [] };
      for (let n = from; n < Math.min(from + ROWS_A_MUTATION, count); n++) {
        await memories.add({ ...ctx, principal }, { type: "note", content: content(n) });
      }
    });
  }
  await engine.close();
}

export function fillServerMemory(file: string, count: number): void {
  const lines = Array.from({ length: count }, (_, n) => JSON.stringify({ type: "entity", ...entity(n) }));
  writeFileSync(file, lines.join("\n"));
}

export const entity = (n: number) => ({ name: uniqueWord(n), entityType: "note", observations: [content(n)] });

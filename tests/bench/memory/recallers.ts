/** Ways to find a memory: ours, through the real functions, and the simple ones it is measured beside. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { tellingWordsOf, wordsOf } from "@moorage/convex/model/recall/language";
import * as memory from "@moorage/shared/contracts/memory";
import { createBackend } from "moorage/backend/client";
import { openDoor } from "moorage/backend/open";
import type { Turn } from "./conversations.ts";

export interface Recaller {
  add(turn: Turn): Promise<void> | void;
  /** The best places, counted in the order of adding. */
  find(question: string): Promise<number[]> | number[];
  close(): Promise<void> | void;
}

export const DEPTH = 20;

export const RECALLERS: Readonly<Record<string, () => Promise<Recaller> | Recaller>> = {
  moorage: openMoorage,
  newest: openNewest,
  "substring (server-memory)": openSubstring,
  "FTS5 BM25, plain": () => openFts("unicode61", wordsOf),
  "FTS5 BM25, stems": () => openFts("porter unicode61", tellingWordsOf),
};

/** memory_add and memory_search behind the door's own checks, over a database file of their own. */
async function openMoorage(): Promise<Recaller> {
  const folder = await mkdtemp(join(tmpdir(), "moorage-recall-"));
  const door = await openDoor(
    { kind: "embedded", dataDir: join(folder, "data"), configDir: join(folder, "keys") },
    "agent",
  );
  const backend = createBackend(door, { clientName: () => "bench", readOnly: false });
  const places = new Map<string, number>();
  return {
    add: async ({ content, occurredAt }) => {
      const added = await backend.call(memory.add, { type: "note", content, occurredAt });
      places.set(added.memory.id, places.size);
    },
    find: async (query) => {
      const { memories } = await backend.call(memory.search, { query, limit: DEPTH });
      return memories.map(({ id }) => places.get(id)!);
    },
    close: async () => {
      await backend.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openNewest(): Recaller {
  let count = 0;
  return {
    add: () => void count++,
    find: () => Array.from({ length: DEPTH }, (_, i) => count - 1 - i),
    close: () => {},
  };
}

/** As server-memory's search_nodes: what holds the whole query, in the order of adding. */
function openSubstring(): Recaller {
  const contents: string[] = [];
  return {
    add: ({ content }) => void contents.push(content.toLowerCase()),
    find: (question) => {
      const query = question.toLowerCase();
      return contents.flatMap((content, i) => (content.includes(query) ? [i] : [])).slice(0, DEPTH);
    },
    close: () => {},
  };
}

function openFts(tokenizer: string, words: (text: string) => string[]): Recaller {
  const database = new DatabaseSync(":memory:");
  database.exec(`CREATE VIRTUAL TABLE f USING fts5(t, tokenize = '${tokenizer}')`);
  const insert = database.prepare("INSERT INTO f (rowid, t) VALUES (?, ?)");
  const select = database.prepare("SELECT rowid FROM f WHERE f MATCH ? ORDER BY rank LIMIT ?");
  let count = 0;
  return {
    add: ({ content }) => void insert.run(count++, words(content).join(" ")),
    find: (question) => {
      const terms = words(question).map((word) => `"${word}"`);
      if (terms.length === 0) return [];
      return select.all(terms.join(" OR "), DEPTH).map(({ rowid }) => Number(rowid));
    },
    close: () => database.close(),
  };
}

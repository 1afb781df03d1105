/** What Moorage remembers as text, piece by piece: never more of it at once than a page. */
import type { ResultOf } from "@moorage/shared/contract";
import * as transfer from "@moorage/shared/contracts/transfer";
import type { Backend } from "../backend/types.ts";
import { MARK, writeEntry } from "./own-markdown.ts";

export const EXPORT_FORMATS = ["jsonl", "markdown"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface Piece {
  text: string;
  entries: number;
}

interface Entry {
  moorage: "memory" | "log";
  content: string;
  [field: string]: unknown;
}

export async function* exported(
  backend: Backend,
  format: ExportFormat,
  agent: string | undefined,
): AsyncGenerator<Piece> {
  if (format === "markdown") yield { text: `${MARK}\n# What Moorage remembers\n`, entries: 0 };
  for await (const entries of pages(backend, agent === undefined ? {} : { agent })) {
    yield { text: entries.map(format === "jsonl" ? asLine : asMarkdown).join(""), entries: entries.length };
  }
}

async function* pages(backend: Backend, asked: { agent?: string }): AsyncGenerator<Entry[]> {
  for await (const { memories } of followed(backend, transfer.exportMemories, asked))
    yield memories.map((memory) => ({ moorage: "memory", ...memory }));
  for await (const { entries } of followed(backend, transfer.exportLogs, asked))
    yield entries.map((entry) => ({ moorage: "log", ...entry }));
}

/** A list's pages, one after the other. */
async function* followed<C extends typeof transfer.exportMemories | typeof transfer.exportLogs>(
  backend: Backend,
  contract: C,
  asked: { agent?: string },
): AsyncGenerator<ResultOf<C>> {
  let next: { cursor?: string } = {};
  do {
    const page: ResultOf<C> = await backend.call(contract, { ...asked, ...next });
    yield page;
    next = page.cursor === undefined ? {} : { cursor: page.cursor };
  } while (next.cursor !== undefined);
}

const asLine = (entry: Entry) => `${JSON.stringify(entry)}\n`;

function asMarkdown({ content, ...fields }: Entry): string {
  const when = fields.moorage === "log" ? fields["day"] : String(fields["occurredAt"]).slice(0, 10);
  const what = fields.moorage === "log" ? "log" : fields["type"];
  return `\n${writeEntry(`${when} · ${fields["agent"]} · ${what}`, fields, content)}`;
}

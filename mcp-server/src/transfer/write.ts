/** What Moorage remembers as text, piece by piece: never more of it at once than a page. */
import * as transfer from "@moorage/shared/contracts/transfer";
import { pagesOf } from "../backend/pages.ts";
import type { Backend } from "../backend/types.ts";
import { FILE_BYTES } from "./files.ts";
import { MARK, writeEntry } from "./own-markdown.ts";

export const EXPORT_FORMATS = ["jsonl", "markdown"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** With which a file of ours begins. */
export const MARKDOWN_HEAD = `${MARK}\n# What Moorage remembers\n`;
/** A file that is read as a whole may have no more. */
export const MARKDOWN_BYTES = FILE_BYTES - 1024 * 1024;

export interface Piece {
  text: string;
  entries: number;
}

interface Entry {
  moorage: "memory" | "version" | "log";
  content: string;
  [field: string]: unknown;
}

export async function* exported(
  backend: Backend,
  format: ExportFormat,
  agent: string | undefined,
): AsyncGenerator<Piece> {
  if (format === "markdown") yield { text: MARKDOWN_HEAD, entries: 0 };
  for await (const entries of pages(backend, agent === undefined ? {} : { agent })) {
    yield { text: entries.map(format === "jsonl" ? asLine : asMarkdown).join(""), entries: entries.length };
  }
}

async function* pages(backend: Backend, asked: { agent?: string }): AsyncGenerator<Entry[]> {
  for await (const { memories } of pagesOf(backend, transfer.exportMemories, asked))
    yield memories.map((memory) => ({ moorage: "memory", ...memory }));
  for await (const { versions } of pagesOf(backend, transfer.exportVersions, asked))
    yield versions.map((version) => ({ moorage: "version", ...version }));
  for await (const { entries } of pagesOf(backend, transfer.exportLogs, asked))
    yield entries.map((entry) => ({ moorage: "log", ...entry }));
}

const asLine = (entry: Entry) => `${JSON.stringify(entry)}\n`;

function asMarkdown({ content, ...fields }: Entry): string {
  return `\n${writeEntry(headingOf(fields), fields, content)}`;
}

function headingOf({ moorage, day, agent, type, occurredAt, until }: Omit<Entry, "content">): string {
  if (moorage === "log") return `${day} · ${agent} · log`;
  const when = String(occurredAt).slice(0, 10);
  return moorage === "memory" ? `${when} · ${agent} · ${type}` : `${when} · ${type}, until ${until}`;
}

/** Full-text search indexes: one contentless FTS5 table each, its rows written in the document's transaction. */
import { hash } from "node:crypto";
import type { Json, JsonObject } from "../values/json.ts";
import { encodeSortKey } from "../values/sort-key.ts";
import type { AccessRecord } from "./access-record.ts";
import type { SearchIndexEntry, TableEntry } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { STEPS_PER_MS } from "./creation-clock.ts";
import { valueAt } from "./index-key.ts";

const tableOf = (index: SearchIndexEntry): string => `f${index.id}`;

/**
 * Column `t` is the text's words, column `f` the filter fields' values as one token each. What a word is, is decided
 * here for texts and for what is searched alike, not by FTS5, whose tables are of an older Unicode.
 */
export function createSearchTable(connection: Connection, id: number): void {
  connection.exec(
    `CREATE VIRTUAL TABLE f${id} USING fts5(t, f, content='', contentless_delete=1, ` +
      `tokenize='unicode61 remove_diacritics 0')`,
  );
}

export function dropSearchTable(connection: Connection, id: number): void {
  connection.exec(`DROP TABLE f${id}`);
}

const MAX_WORD_BYTES = 32;

/**
 * Runs of letters and digits in lower case, without stemming or stop words, as in Convex; longer ones than its index
 * holds are left out.
 */
export function wordsOf(text: string): string[] {
  const words = text.match(/[\p{Alphabetic}\p{N}]+/gu) ?? [];
  // Lower case comes last: it can bring in marks that are no letters.
  return words.filter(isShort).map((word) => word.toLowerCase());
}

const isShort = (word: string): boolean =>
  word.length * 3 <= MAX_WORD_BYTES || Buffer.byteLength(word) <= MAX_WORD_BYTES;

/** One token that stands for "this field has this value". */
export function filterToken(field: number, value: Json | undefined): string {
  return `x${field}x${hash("sha1", encodeSortKey(value), "hex").slice(0, 24)}`;
}

interface SearchRow {
  text: string;
  filters: string;
}

/** What a document adds to a search index; nothing if it has no text there. */
function rowOf(index: SearchIndexEntry, document: JsonObject): SearchRow | undefined {
  const text = valueAt(document, index.searchField.split("."));
  if (typeof text !== "string") return undefined;
  const filters = index.filterFields.map((field, i) => filterToken(i, valueAt(document, field.split("."))));
  return { text, filters: filters.join(" ") };
}

/**
 * A document's row in FTS5, which keeps deleted rows in hash tables of 2^n places by row id. The ids of documents made a
 * millisecond apart differ by 1024 and would all share a place; these differ by 1025, in the same order.
 */
const searchRowOf = (rowId: number): number => rowId + Math.floor(rowId / STEPS_PER_MS);

/** The document that a row in FTS5 belongs to. */
export const documentOfSearchRow = (row: number): number => row - Math.floor(row / (STEPS_PER_MS + 1));

function insertRow(connection: Connection, index: SearchIndexEntry, rowId: number, row: SearchRow): void {
  const words = wordsOf(row.text).join(" ");
  connection.run(
    `INSERT INTO ${tableOf(index)} (rowid, t, f) VALUES (?, ?, ?)`,
    searchRowOf(rowId),
    words,
    row.filters,
  );
}

function deleteRow(connection: Connection, index: SearchIndexEntry, rowId: number): void {
  connection.run(`DELETE FROM ${tableOf(index)} WHERE rowid = ?`, searchRowOf(rowId));
}

/** Adds one document to one index: used by writes and when an index is built over documents that are there. */
export function insertSearchRow(
  connection: Connection,
  index: SearchIndexEntry,
  rowId: number,
  document: JsonObject,
): void {
  const row = rowOf(index, document);
  if (row !== undefined) insertRow(connection, index, rowId, row);
}

/** Brings a table's search indexes from one version of a document to the next; either may be missing. */
export function updateSearchRows(
  { connection, recorder }: { connection: Connection; recorder: AccessRecord | undefined },
  table: TableEntry,
  rowId: number,
  old: JsonObject | undefined,
  document: JsonObject | undefined,
): void {
  for (const index of table.searchIndexes) {
    const before = old && rowOf(index, old);
    const after = document && rowOf(index, document);
    if (recorder !== undefined) recordRows(recorder, index, before, after);
    if (before?.text === after?.text && before?.filters === after?.filters) continue;
    if (before !== undefined) deleteRow(connection, index, rowId);
    if (after !== undefined) insertRow(connection, index, rowId, after);
  }
}

function recordRows(recorder: AccessRecord, index: SearchIndexEntry, ...rows: (SearchRow | undefined)[]): void {
  for (const row of rows) {
    if (row === undefined) continue;
    recorder.writeSearchRow({ index: index.id, words: wordsOf(row.text), filters: row.filters.split(" ") });
  }
}

/** Documents and their index rows. Every write of a document goes through here. */

import { checkDocument } from "../values/checks.ts";
import { displayJson } from "../values/display.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { sizeOfJson } from "../values/size.ts";
import { keysOf, rowsOf } from "./access-record.ts";
import { isSystemTable, type TableEntry } from "./catalog.ts";
import { creationTimeOf } from "./creation-clock.ts";
import { newDocumentId } from "./document-id.ts";
import { indexKey } from "./index-key.ts";
import { updateSearchRows } from "./search-index.ts";
import { hasCommitTs, type Transaction } from "./transaction.ts";
import { deleteVectors, writeVectors } from "./vector-index.ts";

export interface StoredDocument {
  /** Convex-encoded JSON. */
  readonly text: string;
  readonly size: number;
}

const INSERT_INDEX_ROW = "INSERT INTO idx (i, k, rid) VALUES (?, ?, ?)";
const DELETE_INDEX_ROW = "DELETE FROM idx WHERE i = ? AND k = ?";

/** The id of a document from its text, which starts with the two system fields. */
function idIn(text: string): string {
  const start = text.indexOf('"_id":"') + 7;
  return text.slice(start, text.indexOf('"', start));
}

/** The document in this row, if it is the one with this id: rows of deleted documents may be used again. */
export function getDocument(tx: Transaction, table: TableEntry, rowId: number, id: string): StoredDocument | null {
  const row = tx.connection.row(table.sql.get, rowId);
  if (row === undefined) return null;
  const [text, size] = row as [string, number];
  return idIn(text) === id ? { text, size } : null;
}

function encode(id: string, creationTime: number, fields: JsonObject): { document: JsonObject; text: string } {
  const { _id, _creationTime, ...own } = fields;
  if (_id !== undefined && _id !== id) {
    throw new Error(`Provided document ID "${id}" doesn't match '_id' field ${displayJson(_id)}`);
  }
  if (_creationTime !== undefined && _creationTime !== creationTime) {
    throw new Error(
      `Provided creation time ${displayJson(creationTime)} doesn't match '_creationTime' field in ${displayJson(fields)}`,
    );
  }
  const document = { _creationTime: creationTime, _id: id, ...own };
  return { document, text: JSON.stringify(document) };
}

function noteCommitTs(tx: Transaction, table: TableEntry, rowId: number, document: JsonObject, text: string): void {
  if (text.includes('"$commitTs"') && hasCommitTs(document)) tx.pendingCommitTs.set(rowId, table);
}

/** The engine's own documents hold what has limits of its own: arguments of scheduled functions, for one. */
function sizeOf(table: TableEntry, document: JsonObject): number {
  return isSystemTable(table.name) ? sizeOfJson(document) : checkDocument(document);
}

export interface WrittenDocument extends StoredDocument {
  readonly id: string;
  readonly rowId: number;
}

/** Told of a document's size before it is written; throws if it may not be. */
type Allow = (size: number) => void;

export function insertDocument(tx: Transaction, table: TableEntry, fields: JsonObject, allow?: Allow): WrittenDocument {
  const rowId = tx.clock.next(tx.startedAt);
  const id = newDocumentId(table.number, rowId);
  const { document, text } = encode(id, creationTimeOf(rowId), fields);
  const size = sizeOf(table, document);
  tx.checkDocument(table, document);
  allow?.(size);
  tx.connection.run(table.sql.insert, rowId, size, text);
  for (const index of table.indexes) {
    const key = indexKey(index, document);
    tx.connection.run(INSERT_INDEX_ROW, index.id, key, rowId);
    tx.recorder?.write(keysOf(index.id), key);
  }
  if (table.searchIndexes.length > 0) updateSearchRows(tx, table, rowId, undefined, document);
  if (table.vectorIndexes.length > 0) writeVectors(tx.connection, table, rowId, document);
  noteCommitTs(tx, table, rowId, document, text);
  tx.recorder?.write(rowsOf(table.number), rowKey(rowId));
  return { id, rowId, text, size };
}

/** Replaces all fields of a document that is there; gives the new document. */
export function replaceDocument(
  tx: Transaction,
  table: TableEntry,
  rowId: number,
  old: JsonObject,
  fields: JsonObject,
  allow?: Allow,
): StoredDocument {
  const { document, text } = encode(old["_id"] as string, old["_creationTime"] as number, fields);
  const size = sizeOf(table, document);
  tx.checkDocument(table, document);
  allow?.(size);
  rewriteDocument(tx, table, rowId, old, document, { text, size });
  noteCommitTs(tx, table, rowId, document, text);
  return { text, size };
}

/** Writes a new version without asking the schema, index rows included. */
export function rewriteDocument(
  tx: Transaction,
  table: TableEntry,
  rowId: number,
  old: JsonObject,
  document: JsonObject,
  { text, size }: StoredDocument,
): void {
  tx.connection.run(table.sql.update, size, text, rowId);
  for (const index of table.indexes) {
    const before = indexKey(index, old);
    const after = indexKey(index, document);
    tx.recorder?.write(keysOf(index.id), before);
    tx.recorder?.write(keysOf(index.id), after);
    if (before.equals(after)) continue;
    tx.connection.run(DELETE_INDEX_ROW, index.id, before);
    tx.connection.run(INSERT_INDEX_ROW, index.id, after, rowId);
  }
  if (table.searchIndexes.length > 0) updateSearchRows(tx, table, rowId, old, document);
  if (table.vectorIndexes.length > 0) writeVectors(tx.connection, table, rowId, document);
  tx.recorder?.write(rowsOf(table.number), rowKey(rowId));
}

export function deleteDocument(tx: Transaction, table: TableEntry, rowId: number, old: JsonObject): void {
  tx.connection.run(table.sql.delete, rowId);
  for (const index of table.indexes) {
    const key = indexKey(index, old);
    tx.connection.run(DELETE_INDEX_ROW, index.id, key);
    tx.recorder?.write(keysOf(index.id), key);
  }
  if (table.searchIndexes.length > 0) updateSearchRows(tx, table, rowId, old, undefined);
  if (table.vectorIndexes.length > 0) deleteVectors(tx.connection, table, rowId);
  tx.recorder?.write(rowsOf(table.number), rowKey(rowId));
}

/** A row's place in the order of creation, as bytes. */
export function rowKey(rowId: number): Buffer {
  const key = Buffer.alloc(8);
  key.writeBigUInt64BE(BigInt(Math.max(0, rowId)));
  return key;
}

/** A patch: fields given replace, fields given as undefined go. */
export function mergeFields(old: JsonObject, patch: JsonObject): JsonObject {
  const merged: JsonObject = { ...old };
  for (const name in patch) {
    const value = patch[name] as Json;
    if (typeof value === "object" && value !== null && !Array.isArray(value) && "$undefined" in value) {
      delete merged[name];
    } else merged[name] = value;
  }
  return merged;
}

/** Vector indexes: the vectors of each index beside each other, for a search that looks at all of them. */
import type { JsonObject } from "../values/json.ts";
import type { TableEntry, VectorIndexEntry } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { valueAt } from "./index-key.ts";

function vectorOf(index: VectorIndexEntry, document: JsonObject): Float32Array | undefined {
  const value = valueAt(document, index.vectorField.split("."));
  if (!Array.isArray(value) || value.length !== index.dimensions) return undefined;
  return value.every((component) => typeof component === "number") ? Float32Array.from(value) : undefined;
}

/** Puts one document's vector into one index, in place of the one it may have had. */
export function writeVector(
  connection: Connection,
  index: VectorIndexEntry,
  rowId: number,
  document: JsonObject,
): void {
  const vector = vectorOf(index, document);
  if (vector === undefined) {
    connection.run("DELETE FROM vectors WHERE i = ? AND rid = ?", index.id, rowId);
  } else {
    const bytes = new Uint8Array(vector.buffer);
    connection.run("INSERT OR REPLACE INTO vectors (i, rid, v) VALUES (?, ?, ?)", index.id, rowId, bytes);
  }
}

export function writeVectors(connection: Connection, table: TableEntry, rowId: number, document: JsonObject): void {
  for (const index of table.vectorIndexes) writeVector(connection, index, rowId, document);
}

export function deleteVectors(connection: Connection, table: TableEntry, rowId: number): void {
  for (const index of table.vectorIndexes) {
    connection.run("DELETE FROM vectors WHERE i = ? AND rid = ?", index.id, rowId);
  }
}

/** Stored files: a document in `_storage` for what is known of them, their bytes in chunks beside it. */
import { hash } from "node:crypto";
import type { TableEntry } from "../store/catalog.ts";
import { locateDocument } from "../store/document-id.ts";
import { deleteDocument, getDocument, insertDocument } from "../store/documents.ts";
import type { Transaction } from "../store/transaction.ts";
import type { JsonObject } from "../values/json.ts";

const TABLE = "_storage";
const CHUNK_BYTES = 256 * 1024;

export interface FileMetadata {
  readonly storageId: string;
  /** base64 */
  readonly sha256: string;
  readonly size: number;
  readonly contentType: string | null;
}

interface Location {
  readonly table: TableEntry;
  readonly rowId: number;
  readonly document: JsonObject;
}

function find(tx: Transaction, component: string | undefined, storageId: string): Location | null {
  const location = locateDocument(storageId);
  const table = location === null ? undefined : tx.catalog.byNumber(location.tableNumber);
  if (location === null || table?.name !== TABLE) return null;
  if (component !== undefined && table.component !== component) return null;
  const stored = getDocument(tx, table, location.rowId, storageId);
  return stored && { table, rowId: location.rowId, document: JSON.parse(stored.text) as JsonObject };
}

export function storeFile(
  tx: Transaction,
  component: string,
  bytes: Uint8Array,
  contentType: string | null,
  expectedSha256?: string,
): string {
  const sha256 = hash("sha256", bytes, "base64");
  if (expectedSha256 !== undefined && expectedSha256 !== sha256) {
    throw new Error(`The file's sha256 is "${sha256}", not "${expectedSha256}" as expected.`);
  }
  const table = tx.tableForWrite(component, TABLE);
  const fields = { sha256, size: bytes.length, ...(contentType ? { contentType } : {}) };
  const { id, rowId } = insertDocument(tx, table, fields);
  for (let start = 0, seq = 0; start < bytes.length; start += CHUNK_BYTES, seq++) {
    const chunk = bytes.subarray(start, start + CHUNK_BYTES);
    tx.connection.run("INSERT INTO chunks (rid, seq, data) VALUES (?, ?, ?)", rowId, seq, chunk);
  }
  return id;
}

/** Without a component: a file of any, for whoever holds its id. */
export function fileMetadata(tx: Transaction, component: string | undefined, storageId: string): FileMetadata | null {
  const found = find(tx, component, storageId);
  if (found === null) return null;
  const { sha256, size, contentType } = found.document as { sha256: string; size: number; contentType?: string };
  return { storageId, sha256, size, contentType: contentType ?? null };
}

export function readFile(tx: Transaction, component: string | undefined, storageId: string): Buffer | null {
  const found = find(tx, component, storageId);
  if (found === null) return null;
  const chunks = tx.connection.rows("SELECT data FROM chunks WHERE rid = ? ORDER BY seq", found.rowId);
  return Buffer.concat(chunks.map(([data]) => data as Uint8Array));
}

/** False if there is no such file. */
export function deleteFile(tx: Transaction, component: string, storageId: string): boolean {
  const found = find(tx, component, storageId);
  if (found === null) return false;
  deleteDocument(tx, found.table, found.rowId, found.document);
  tx.connection.run("DELETE FROM chunks WHERE rid = ?", found.rowId);
  return true;
}

import { randomFillSync } from "node:crypto";
import { decodeId, encodeId } from "../values/id.ts";

/** Bytes of an internal id that hold the row id; the rest are random, so that ids cannot be guessed. */
const ROW_ID_BYTES = 7;
const INTERNAL_ID_BYTES = 16;
const RANDOM_BYTES = INTERNAL_ID_BYTES - ROW_ID_BYTES;

const pool = Buffer.alloc(RANDOM_BYTES * 256);
let used = pool.length;
const internalId = Buffer.alloc(INTERNAL_ID_BYTES);

export function newDocumentId(tableNumber: number, rowId: number): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  internalId.writeUIntBE(Math.floor(rowId / 0x1_0000_0000), 0, 3);
  internalId.writeUInt32BE(rowId >>> 0, 3);
  pool.copy(internalId, ROW_ID_BYTES, used, used + RANDOM_BYTES);
  used += RANDOM_BYTES;
  return encodeId(tableNumber, internalId);
}

export interface DocumentLocation {
  readonly tableNumber: number;
  readonly rowId: number;
}

/** Where a document with this id would be, or null if the text is no id. */
export function locateDocument(id: string): DocumentLocation | null {
  const decoded = decodeId(id);
  if (decoded === null) return null;
  const high = decoded.internalId.readUIntBE(0, 3);
  return { tableNumber: decoded.tableNumber, rowId: high * 0x1_0000_0000 + decoded.internalId.readUInt32BE(3) };
}

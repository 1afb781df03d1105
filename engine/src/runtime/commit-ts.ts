import type { CommitClock } from "../store/commit-clock.ts";
import { rewriteDocument } from "../store/documents.ts";
import { type Transaction, withCommitTs } from "../store/transaction.ts";
import { encodeInt64, type Json, type JsonObject } from "../values/json.ts";
import { sizeOfJson } from "../values/size.ts";

/** Ends a mutation's writes: documents that wait for the commit's timestamp get it. */
export function assignCommitTs(tx: Transaction, clock: CommitClock): Json {
  const commitTs = clock.next();
  const value = encodeInt64(commitTs);
  if (tx.pendingCommitTs.size === 0) return value;
  for (const [rowId, table] of tx.pendingCommitTs) {
    const row = tx.connection.row(table.sql.get, rowId);
    if (row === undefined) continue;
    const old = JSON.parse(row[0] as string) as JsonObject;
    const document = withCommitTs(old, value) as JsonObject;
    const text = JSON.stringify(document);
    rewriteDocument(tx, table, rowId, old, document, { text, size: sizeOfJson(document) });
  }
  // What another process sees of this it must be able to place.
  tx.connection.run("UPDATE head SET commit_ts = ?", String(commitTs));
  return value;
}

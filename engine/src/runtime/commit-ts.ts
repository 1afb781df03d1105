import type { CommitClock } from "../store/commit-clock.ts";
import { rewriteDocument } from "../store/documents.ts";
import { type Transaction, withCommitTs } from "../store/transaction.ts";
import { encodeInt64, type Json, type JsonObject } from "../values/json.ts";
import { sizeOfJson } from "../values/size.ts";

/** Gives the documents that wait for it their commit timestamp; null if none does. */
export function resolveCommitTs(tx: Transaction, clock: CommitClock): Json | null {
  if (tx.pendingCommitTs.size === 0) return null;
  const commitTs = clock.next();
  const value = encodeInt64(commitTs);
  for (const [rowId, table] of tx.pendingCommitTs) {
    const row = tx.connection.row(table.sql.get, rowId);
    if (row === undefined) continue;
    const old = JSON.parse(row[0] as string) as JsonObject;
    const document = withCommitTs(old, value) as JsonObject;
    const text = JSON.stringify(document);
    rewriteDocument(tx, table, rowId, old, document, { text, size: sizeOfJson(document) });
  }
  tx.connection.run("UPDATE head SET commit_ts = ?", String(commitTs));
  return value;
}

import { type CommitClock, type CommitTs, toNanoseconds } from "../store/commit-clock.ts";
import { rewriteDocument } from "../store/documents.ts";
import { type Transaction, withCommitTs } from "../store/transaction.ts";
import { encodeInt64, type JsonObject } from "../values/json.ts";
import { sizeOfJson } from "../values/size.ts";

/** Ends a mutation's writes: documents that wait for the commit's timestamp get it. */
export function assignCommitTs(tx: Transaction, clock: CommitClock): CommitTs {
  const commitTs = clock.next();
  if (tx.pendingCommitTs.size === 0) return commitTs;
  const value = encodeCommitTs(commitTs);
  for (const [rowId, table] of tx.pendingCommitTs) {
    const row = tx.connection.row(table.sql.get, rowId);
    if (row === undefined) continue;
    const old = JSON.parse(row[0] as string) as JsonObject;
    const document = withCommitTs(old, value) as JsonObject;
    const text = JSON.stringify(document);
    rewriteDocument(tx, table, rowId, old, document, { text, size: sizeOfJson(document) });
  }
  // What another process sees of this it must be able to place.
  tx.connection.run("UPDATE head SET commit_ts = ?", String(toNanoseconds(commitTs)));
  return commitTs;
}

export function encodeCommitTs(commitTs: CommitTs): JsonObject {
  return encodeInt64(toNanoseconds(commitTs));
}

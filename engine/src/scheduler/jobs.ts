/** Scheduled functions in the database: a document in `_scheduled_functions`, and beside it when and what to run. */
import { displayPath, type FunctionPath } from "../runtime/address.ts";
import type { TableEntry } from "../store/catalog.ts";
import type { Connection } from "../store/connection.ts";
import { deleteDocument, insertDocument, rewriteDocument } from "../store/documents.ts";
import type { Transaction } from "../store/transaction.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { sizeOfJson } from "../values/size.ts";

const TABLE = "_scheduled_functions";

export interface PendingJob {
  readonly rowId: number;
  readonly id: string;
  readonly due: number;
}

export interface Job extends PendingJob {
  readonly table: number;
  readonly state: "pending" | "inProgress" | "done";
  readonly target: FunctionPath;
}

export type JobState = { kind: "success" } | { kind: "failed"; error: string } | { kind: "canceled" };

/** @param isCanceled what a canceled function goes on to schedule never runs */
export function insertJob(
  tx: Transaction,
  component: string,
  target: FunctionPath,
  args: Json,
  due: number,
  isCanceled: boolean,
): PendingJob {
  const table = tx.tableForWrite(component, TABLE);
  const state: JsonObject = isCanceled ? { kind: "canceled" } : { kind: "pending" };
  const fields: JsonObject = { args: [args], name: displayPath(target.path), scheduledTime: due, state };
  if (isCanceled) fields["completedTime"] = tx.startedAt;
  const { id, rowId } = insertDocument(tx, table, fields);
  tx.connection.run(
    "INSERT INTO jobs (rid, tbl, id, due, state, component, path) VALUES (?, ?, ?, ?, ?, ?, ?)",
    rowId,
    table.number,
    id,
    due,
    isCanceled ? "done" : "pending",
    target.component,
    target.path,
  );
  return { rowId, id, due };
}

const SELECT = "SELECT rid, id, due, tbl, state, component, path FROM jobs";

function toJob(row: unknown[]): Job {
  const [rowId, id, due, table, state, component, path] = row as [
    number,
    string,
    number,
    number,
    Job["state"],
    string,
    string,
  ];
  return { rowId, id, due, table, state, target: { component, path } };
}

export function findJob(connection: Connection, id: string, rowId: number): Job | null {
  const row = connection.row(`${SELECT} WHERE rid = ? AND id = ?`, rowId, id);
  return row === undefined ? null : toJob(row);
}

/** The jobs that are due first. */
export function nextJobs(connection: Connection, limit: number): PendingJob[] {
  return connection.rows(`${SELECT} WHERE state = 'pending' ORDER BY due, rid LIMIT ?`, limit).map(toJob);
}

/** Jobs that were under way when their process ended. */
export function interruptedJobs(connection: Connection): Job[] {
  return connection.rows(`${SELECT} WHERE state = 'inProgress'`).map(toJob);
}

/** Jobs that are over since before `completedBefore`. */
export function oldJobs(connection: Connection, completedBefore: number, limit: number): Job[] {
  return connection.rows(`${SELECT} WHERE state = 'done' AND due < ? LIMIT ?`, completedBefore, limit).map(toJob);
}

function documentOf(tx: Transaction, job: Job): { table: TableEntry; document: JsonObject } {
  const table = tx.catalog.byNumber(job.table) as TableEntry;
  const row = tx.connection.row(table.sql.get, job.rowId);
  return { table, document: JSON.parse((row as [string])[0]) as JsonObject };
}

function update(tx: Transaction, job: Job, changes: JsonObject): void {
  const { table, document } = documentOf(tx, job);
  const changed = { ...document, ...changes };
  rewriteDocument(tx, table, job.rowId, document, changed, {
    text: JSON.stringify(changed),
    size: sizeOfJson(changed),
  });
}

/** The one argument, as JSON text. */
export function argsOf(tx: Transaction, job: Job): string {
  return JSON.stringify((documentOf(tx, job).document["args"] as Json[])[0]);
}

export function markInProgress(tx: Transaction, job: Job): void {
  tx.connection.run("UPDATE jobs SET state = 'inProgress' WHERE rid = ?", job.rowId);
  update(tx, job, { state: { kind: "inProgress" } });
}

/** A job that was canceled meanwhile stays so. */
export function markDone(tx: Transaction, job: Job, state: JobState): void {
  const sql = "UPDATE jobs SET state = 'done', due = ? WHERE rid = ? AND state != 'done'";
  if (tx.connection.run(sql, tx.startedAt, job.rowId) > 0) update(tx, job, { state, completedTime: tx.startedAt });
}

export function removeJob(tx: Transaction, job: Job): void {
  const { table, document } = documentOf(tx, job);
  deleteDocument(tx, table, job.rowId, document);
  tx.connection.run("DELETE FROM jobs WHERE rid = ?", job.rowId);
}

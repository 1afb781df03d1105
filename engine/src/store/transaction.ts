import type { Json, JsonObject } from "../values/json.ts";
import type { AccessMark, AccessRecord } from "./access-record.ts";
import { bumpCatalog, type Catalog, createTable, type TableEntry } from "./catalog.ts";
import type { CommitTs } from "./commit-clock.ts";
import type { Connection } from "./connection.ts";
import type { CreationClock } from "./creation-clock.ts";

/** The schema's say about a write: throws if the document does not match. */
export type DocumentCheck = (table: TableEntry, document: JsonObject) => void;

export interface Savepoint {
  readonly name: string;
  readonly catalog: Catalog;
  readonly commitHooks: number;
  readonly accesses: AccessMark | undefined;
}

const SAVEPOINTS = Array.from({ length: 16 }, (_, depth) => `n${depth}`);

/**
 * One transaction as its functions see it: a snapshot of the file, and for a mutation its own writes. Nested
 * mutations are savepoints in it.
 */
export class Transaction {
  readonly connection: Connection;
  readonly writable: boolean;
  readonly clock: CreationClock;
  readonly checkDocument: DocumentCheck;
  /** Set in the test mode that looks for conflicts. */
  readonly recorder: AccessRecord | undefined;
  /** Milliseconds; what `Date.now()` is in the functions of this transaction. */
  readonly startedAt: number;
  /** The latest commit it sees. */
  readonly snapshotTs: CommitTs;
  /** Searches rank every match, whatever it costs. */
  readonly exactSearch: boolean;
  catalog: Catalog;
  /** Documents that hold a commit timestamp not known before the commit. */
  readonly pendingCommitTs = new Map<number, TableEntry>();
  readonly #commitHooks: (() => void)[] = [];
  #depth = 0;

  constructor(options: {
    connection: Connection;
    writable: boolean;
    catalog: Catalog;
    clock: CreationClock;
    checkDocument: DocumentCheck;
    startedAt: number;
    snapshotTs: CommitTs;
    exactSearch: boolean;
    recorder?: AccessRecord | undefined;
  }) {
    this.connection = options.connection;
    this.writable = options.writable;
    this.catalog = options.catalog;
    this.clock = options.clock;
    this.checkDocument = options.checkDocument;
    this.startedAt = options.startedAt;
    this.snapshotTs = options.snapshotTs;
    this.exactSearch = options.exactSearch;
    this.recorder = options.recorder;
  }

  begin(): Savepoint {
    const name = SAVEPOINTS[this.#depth] ?? `n${this.#depth}`;
    this.#depth++;
    this.connection.run(`SAVEPOINT ${name}`);
    return { name, catalog: this.catalog, commitHooks: this.#commitHooks.length, accesses: this.recorder?.mark() };
  }

  release(savepoint: Savepoint): void {
    this.#depth--;
    this.connection.run(`RELEASE ${savepoint.name}`);
  }

  rollback(savepoint: Savepoint): void {
    this.#depth--;
    // After some failures SQLite has taken back the whole transaction, savepoints and all.
    if (this.connection.handle.isTransaction) {
      this.connection.run(`ROLLBACK TO ${savepoint.name}`);
      this.connection.run(`RELEASE ${savepoint.name}`);
    }
    this.catalog = savepoint.catalog;
    this.#commitHooks.length = savepoint.commitHooks;
    if (savepoint.accesses !== undefined) this.recorder?.rollBackTo(savepoint.accesses);
  }

  /** Runs `hook` once the transaction is durable, unless the part of it that asked is rolled back. */
  afterCommit(hook: () => void): void {
    this.#commitHooks.push(hook);
  }

  runCommitHooks(): void {
    for (const hook of this.#commitHooks) hook();
  }

  /** The table, created if the transaction may write and there is none yet. */
  tableForWrite(component: string, name: string): TableEntry {
    const known = this.catalog.table(component, name);
    if (known !== undefined) return known;
    createTable(this.connection, component, name);
    this.catalog = bumpCatalog(this.connection);
    return this.catalog.table(component, name) as TableEntry;
  }

  /** What validators need to know of ids: the name of a table of this component. */
  tableNameOf(component: string, number: number): string | undefined {
    const table = this.catalog.byNumber(number);
    return table?.component === component ? table.name : undefined;
  }
}

/** True if a commit timestamp that is not known yet is anywhere in the value. */
export function hasCommitTs(value: Json): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasCommitTs);
  for (const key in value) if (key === "$commitTs" || hasCommitTs(value[key] as Json)) return true;
  return false;
}

/** The value with every commit timestamp placeholder replaced. */
export function withCommitTs(value: Json, commitTs: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => withCommitTs(element, commitTs));
  const copy: JsonObject = {};
  for (const key in value) {
    if (key === "$commitTs") return commitTs;
    copy[key] = withCommitTs(value[key] as Json, commitTs);
  }
  return copy;
}

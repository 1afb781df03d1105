import { EngineError } from "../errors.ts";
import type { StorageOptions } from "../types.ts";
import { compileDocumentValidator, type DocumentValidator } from "../validate/document-validator.ts";
import type { ParsedSchema } from "../validate/schema.ts";
import type { JsonObject } from "../values/json.ts";
import { AccessRecord } from "./access-record.ts";
import { Catalog, type TableEntry } from "./catalog.ts";
import { now } from "./clock.ts";
import { CommitClock, fromNanoseconds } from "./commit-clock.ts";
import type { Connection } from "./connection.ts";
import { CreationClock } from "./creation-clock.ts";
import { deployedHash, deploySchema, hashOfSchema } from "./deploy-schema.ts";
import { Fairness } from "./fairness.ts";
import { type OpenedFile, openFile, SECRET_KEY } from "./file.ts";
import { Readers } from "./readers.ts";
import { retryBusy, retryBusySync } from "./retry-busy.ts";
import { Transaction } from "./transaction.ts";
import { Writer } from "./writer.ts";

const HEAD = "SELECT catalog, schema_epoch, commit_ts FROM head";

export interface StoreOptions {
  readonly recordsAccess: boolean;
  readonly exactSearch: boolean;
}

/** The database: snapshots for queries, one writer for mutations, the schema they are held to. */
export class Store {
  readonly #file: OpenedFile;
  readonly #connection: Connection;
  readonly #readers: Readers;
  readonly #writer: Writer;
  readonly #clock = new CreationClock();
  readonly #fairness: Fairness;
  readonly #validators = new Map<string, Map<string, DocumentValidator>>();
  readonly commitClock = new CommitClock();
  /** The newest catalog known to be committed. */
  #catalog: Catalog;
  /** While a group of mutations runs: the catalog with their changes. */
  #writing: Catalog | undefined;
  #isClosed = false;
  #storedCommitTs = "0";
  #isOutdated = false;
  #schemaEpoch = 0;
  #dataVersion: unknown;
  #commitsOfOthers = 0;
  readonly #options: StoreOptions;
  /** Told when another connection has changed tables, indexes or environment variables. */
  onForeignChange: ((connection: Connection) => void) | undefined;

  constructor(storage: StorageOptions, options: StoreOptions) {
    this.#options = options;
    this.#file = retryBusySync(() => openFile(storage));
    this.#connection = this.#file.writer;
    this.#readers = new Readers(() => this.#file.openReader());
    this.#catalog = Catalog.load(this.#connection);
    this.#fairness = new Fairness(!this.#file.isMemory);
    this.noticeOthers();
    this.#writer = new Writer({
      begin: () => this.#begin(),
      openTransaction: () => this.#openWrite(),
      keep: (tx) => {
        this.#writing = tx.catalog;
      },
      commit: () => this.#commit(),
      rollback: () => this.#rollback(),
      failure: () => this.#connection.failure,
      pause: () => this.#fairness.pause(),
    });
  }

  /** Another process has deployed another schema: this one must not write any more. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  get isMemory(): boolean {
    return this.#file.isMemory;
  }

  get path(): string {
    return this.#file.path;
  }

  /** The catalog as of now, the writes of a running mutation included. */
  get catalog(): Catalog {
    return this.#writing ?? this.#catalog;
  }

  get secret(): Buffer {
    const stored = this.#connection.row("SELECT value FROM meta WHERE key = ?", SECRET_KEY)?.[0];
    return Buffer.from(stored as Uint8Array);
  }

  /** The connection that writes; only for what runs between transactions. */
  get writerConnection(): Connection {
    return this.#connection;
  }

  /**
   * Holds a component to a schema: at once, or where a mutation is under way after it; then it gives a promise.
   * Undefined leaves the one that the file has.
   */
  deploy(component: string, wanted: ParsedSchema | null | undefined): Promise<void> | undefined {
    if (wanted === undefined && deployedHash(this.#connection, component) !== undefined) {
      this.#noteSchema();
      return undefined;
    }
    const schema = wanted ?? null;
    this.#compileValidators(component, schema);
    if (this.#connection.handle.isTransaction) {
      return this.write(async (tx) => {
        tx.catalog = deploySchema(tx.connection, tx.catalog, component, schema);
        tx.afterCommit(() => this.#noteSchema());
      });
    }
    retryBusySync(() => {
      if (deployedHash(this.#connection, component) !== hashOfSchema(schema)) this.#deploy(component, schema);
    });
    this.#noteSchema();
    return undefined;
  }

  #noteSchema(): void {
    this.#isOutdated = false;
    this.#schemaEpoch = Number(this.#connection.row(HEAD)?.[1]);
    this.#catalog = Catalog.load(this.#connection);
  }

  #deploy(component: string, schema: ParsedSchema | null): void {
    this.#connection.run("BEGIN IMMEDIATE");
    try {
      deploySchema(this.#connection, Catalog.load(this.#connection), component, schema);
      this.#connection.run("COMMIT");
    } catch (error) {
      this.#connection.run("ROLLBACK");
      throw error;
    }
  }

  #compileValidators(component: string, schema: ParsedSchema | null): void {
    const validators = new Map<string, DocumentValidator>();
    const names = { tableNameOf: (number: number) => this.tableNameOf(component, number) };
    if (schema?.schemaValidation) {
      for (const table of schema.tables.values()) {
        if (table.documentType.type !== "any") validators.set(table.name, compileDocumentValidator(table, names));
      }
    }
    this.#validators.set(component, validators);
  }

  tableNameOf(component: string, number: number): string | undefined {
    const table = this.catalog.byNumber(number);
    return table?.component === component ? table.name : undefined;
  }

  readonly #checkDocument = (table: TableEntry, document: JsonObject): void => {
    const problem = this.#validators.get(table.component)?.get(table.name)?.checkWrite(document);
    if (typeof problem === "string") throw new Error(problem);
  };

  /** Runs a query's work in a snapshot of its own. */
  async read<T>(run: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new EngineError("closed");
    const acquired = this.#readers.acquire();
    const reader = acquired instanceof Promise ? await acquired : acquired;
    try {
      const head = this.#tryBeginRead(reader) ?? (await retryBusy(() => this.#beginRead(reader)));
      const result = await run(this.#openRead(reader, head));
      if (reader.failure !== undefined) throw reader.failure;
      return result;
    } catch (error) {
      // The function may have been given it in a form of its own.
      throw reader.failure ?? error;
    } finally {
      this.#endRead(reader);
    }
  }

  #beginRead(reader: Connection): unknown[] {
    reader.forgetFailure();
    reader.run("BEGIN");
    try {
      return reader.row(HEAD) as unknown[];
    } catch (error) {
      reader.run("ROLLBACK");
      throw error;
    }
  }

  /** Undefined if another process is in the way for the moment. */
  #tryBeginRead(reader: Connection): unknown[] | undefined {
    try {
      return this.#beginRead(reader);
    } catch (error) {
      if (error instanceof EngineError && error.code === "busy") return undefined;
      throw error;
    }
  }

  #endRead(reader: Connection): void {
    try {
      if (reader.handle.isTransaction) reader.run("ROLLBACK");
    } finally {
      this.#readers.release(reader);
    }
  }

  #openRead(reader: Connection, head: unknown[]): Transaction {
    this.#noteCommitTs(head[2] as string);
    if (head[0] !== this.#catalog.version) {
      const loaded = Catalog.load(reader);
      if (loaded.version > this.#catalog.version) this.#adopt(loaded, reader);
      return this.#transaction(reader, loaded, false);
    }
    return this.#transaction(reader, this.#catalog, false);
  }

  #adopt(catalog: Catalog, connection: Connection): void {
    this.#catalog = catalog;
    this.onForeignChange?.(connection);
  }

  #transaction(connection: Connection, catalog: Catalog, writable: boolean): Transaction {
    const snapshotTs = writable ? this.commitClock.last : this.commitClock.committed;
    return new Transaction({
      connection,
      writable,
      catalog,
      clock: this.#clock,
      checkDocument: this.#checkDocument,
      snapshotTs,
      exactSearch: this.#options.exactSearch,
      startedAt: now(),
      recorder: writable && this.#options.recordsAccess ? new AccessRecord() : undefined,
    });
  }

  /** Runs a mutation's work; resolves when it is durable. */
  write<T>(run: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#writer.submit(run);
  }

  /** Synchronous unless another process has the lock. */
  #begin(): Promise<void> | undefined {
    if (!this.#tryLock()) return retryBusy(() => this.#connection.run("BEGIN IMMEDIATE")).then(() => this.#enter());
    this.#enter();
    return undefined;
  }

  #tryLock(): boolean {
    try {
      this.#connection.run("BEGIN IMMEDIATE");
      return true;
    } catch (error) {
      if (error instanceof EngineError && error.code === "busy") return false;
      throw error;
    }
  }

  #enter(): void {
    this.#connection.forgetFailure();
    try {
      if (!this.#file.isMemory) this.noticeOthers();
      if (this.#isOutdated) throw new EngineError("restart_needed");
      this.#writing = this.#catalog;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  /**
   * Looks whether another connection has written; what this one remembers of the file then follows.
   * @returns a number that grows whenever one has, whoever noticed it first
   */
  noticeOthers(): number {
    const version = this.#connection.row("PRAGMA data_version")?.[0];
    if (version === this.#dataVersion) return this.#commitsOfOthers;
    if (this.#dataVersion !== undefined) this.#fairness.noticedOther();
    const [catalog, epoch, commitTs] = this.#connection.row(HEAD) as [number, number, string];
    this.#isOutdated = epoch !== this.#schemaEpoch;
    this.#noteCommitTs(commitTs);
    if (catalog !== this.#catalog.version) this.#adopt(Catalog.load(this.#connection), this.#connection);
    for (const table of this.#catalog.tables()) {
      const last = this.#connection.row(`SELECT max(rid) FROM d${table.number}`)?.[0];
      if (typeof last === "number") this.#clock.passed(last);
    }
    this.#dataVersion = version;
    return ++this.#commitsOfOthers;
  }

  #noteCommitTs(commitTs: string): void {
    if (commitTs === this.#storedCommitTs) return;
    this.#storedCommitTs = commitTs;
    this.commitClock.passed(fromNanoseconds(BigInt(commitTs)));
  }

  #openWrite(): Transaction {
    return this.#transaction(this.#connection, this.#writing ?? this.#catalog, true);
  }

  #commit(): void {
    this.#connection.run("COMMIT");
    this.commitClock.commit();
    this.#catalog = this.#writing ?? this.#catalog;
    this.#writing = undefined;
  }

  #rollback(): void {
    this.#writing = undefined;
    if (this.#connection.handle.isTransaction) this.#connection.run("ROLLBACK");
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writer.close();
    await this.#readers.close();
    this.#file.close();
    this.#connection.close();
  }
}

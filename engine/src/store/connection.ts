import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { EngineError, fromSqlite } from "../errors.ts";

export type SqlValue = SQLInputValue;
export type Row = SqlValue[];

/**
 * One SQLite connection with its prepared statements. Never waits for a lock (`timeout: 0`), because SQLite's own
 * wait would stop the event loop.
 */
export class Connection {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #failure: EngineError | undefined;

  constructor(path: string, options: { readOnly?: boolean } = {}) {
    try {
      this.#db = new DatabaseSync(path, { timeout: 0, readOnly: options.readOnly ?? false });
    } catch (error) {
      throw fromSqlite(error);
    }
  }

  /** Why the file could not be read or written since this was last forgotten. A busy file is no failure. */
  get failure(): EngineError | undefined {
    return this.#failure;
  }

  forgetFailure(): void {
    this.#failure = undefined;
  }

  #note(thrown: unknown): unknown {
    const error = fromSqlite(thrown);
    if (error instanceof EngineError && error.code !== "busy") this.#failure ??= error;
    return error;
  }

  exec(sql: string): void {
    try {
      this.#db.exec(sql);
    } catch (error) {
      throw this.#note(error);
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  run(sql: string, ...params: SqlValue[]): number {
    try {
      return Number(this.#statement(sql).run(...params).changes);
    } catch (error) {
      throw this.#note(error);
    }
  }

  row(sql: string, ...params: SqlValue[]): Row | undefined {
    try {
      return this.#statement(sql).get(...params) as unknown as Row | undefined;
    } catch (error) {
      throw this.#note(error);
    }
  }

  rows(sql: string, ...params: SqlValue[]): Row[] {
    try {
      return this.#statement(sql).all(...params) as unknown as Row[];
    } catch (error) {
      throw this.#note(error);
    }
  }

  /** The handle itself, for `backup` of node:sqlite. */
  get handle(): DatabaseSync {
    return this.#db;
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }
}

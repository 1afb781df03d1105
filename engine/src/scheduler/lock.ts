import { chmodSync, closeSync, existsSync, openSync, statSync } from "node:fs";
import { EngineError, type EngineErrorCode } from "../errors.ts";
import { Connection } from "../store/connection.ts";

/** Another process holds it, or the disk is full: queries go on all the same, and it is asked for again. */
const NOT_NOW: ReadonlySet<EngineErrorCode> = new Set(["busy", "disk_full"]);

/**
 * Which of several processes runs what is due. It is a lock of the operating system on a file beside the database,
 * so that it is free the moment its holder dies, however it dies.
 */
export class SchedulerLock {
  readonly #connection: Connection | undefined;
  #isHeld: boolean;

  /** @param path of the database; without one nobody else can be there */
  constructor(path: string | undefined) {
    this.#connection = path === undefined ? undefined : new Connection(lockFileOf(path));
    this.#isHeld = path === undefined;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** True if it is held after this. */
  tryAcquire(): boolean {
    if (this.#isHeld || this.#connection === undefined) return this.#isHeld;
    try {
      this.#connection.run("BEGIN EXCLUSIVE");
      this.#isHeld = true;
    } catch (error) {
      if (!(error instanceof EngineError) || !NOT_NOW.has(error.code)) throw error;
    }
    return this.#isHeld;
  }

  /** Leaves it to others. */
  release(): void {
    if (this.#connection === undefined || !this.#isHeld) return;
    this.#isHeld = false;
    this.#connection.run("ROLLBACK");
  }

  close(): void {
    this.#isHeld = false;
    this.#connection?.close();
  }
}

/**
 * Made as readable as the database, as SQLite makes the other files beside it. One that is there is not opened: to close
 * it would give up a lock that this process has on it. What is wrong with it, SQLite says.
 */
function lockFileOf(database: string): string {
  const path = `${database}-scheduler`;
  try {
    const mode = permissionsOf(database);
    if (!existsSync(path)) closeSync(openSync(path, "wx", mode));
    else if ((permissionsOf(path) & ~mode) !== 0) chmodSync(path, mode);
  } catch {}
  return path;
}

const permissionsOf = (path: string) => statSync(path).mode & 0o777;

import { EngineError } from "../errors.ts";
import { monotonicNow, nextTurn, outside } from "./clock.ts";
import type { Savepoint, Transaction } from "./transaction.ts";

interface Job {
  run(tx: Transaction): Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

interface Done {
  readonly job: Job;
  readonly value: unknown;
  readonly tx: Transaction;
}

/** What the writer needs of the store. */
export interface WriterFile {
  /** Begins: at once, or when another process has given up the lock. */
  begin(): Promise<void> | undefined;
  openTransaction(): Transaction;
  /** The transaction's catalog is what the next one starts from. */
  keep(tx: Transaction): void;
  commit(): void;
  rollback(): void;
  /** Why the running transaction cannot succeed any more. */
  failure(): Error | undefined;
  /** After a commit: gives other processes their turn where there are any. */
  pause(): Promise<void> | undefined;
}

/** One commit answers for up to this many mutations... */
const MAX_GROUP = 128;
/** ...and is not put off longer than this, or another process's mutation would wait too long. */
const MAX_GROUP_MS = 8;
/** The event loop gets a turn at least this often. */
const MAX_RUN_MS = 10;

/**
 * Runs mutations one after the other. Those that queue up while one runs share its commit: each is a savepoint of
 * its own, and none is answered before the commit is durable.
 */
export class Writer {
  readonly #file: WriterFile;
  readonly #queue: Job[] = [];
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(file: WriterFile) {
    this.#file = file;
  }

  submit<T>(run: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new EngineError("closed"));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ run, resolve: resolve as (value: unknown) => void, reject });
      this.#running ??= outside(() => this.#drain());
    });
  }

  /** Lets what is queued finish and takes nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  async #drain(): Promise<void> {
    let turnStarted = monotonicNow();
    while (this.#queue.length > 0) {
      await this.#runGroup();
      const pause = this.#file.pause();
      if (pause !== undefined) await pause;
      if (monotonicNow() - turnStarted > MAX_RUN_MS) {
        await nextTurn();
        turnStarted = monotonicNow();
      }
    }
    this.#running = undefined;
  }

  async #runGroup(): Promise<void> {
    try {
      const begun = this.#file.begin();
      if (begun !== undefined) await begun;
    } catch (error) {
      // Nobody can write now; whoever waits learns it, and later calls try again.
      for (const job of this.#queue.splice(0)) job.reject(error);
      return;
    }
    const started = monotonicNow();
    const done: Done[] = [];
    while (this.#queue.length > 0 && done.length < MAX_GROUP && monotonicNow() - started < MAX_GROUP_MS) {
      const job = this.#queue.shift() as Job;
      const tx = this.#file.openTransaction();
      let savepoint: Savepoint | undefined;
      try {
        // The first needs none: nothing but its own work is in the transaction yet.
        if (done.length > 0) savepoint = tx.begin();
        const value = await job.run(tx);
        const failure = this.#file.failure();
        if (failure !== undefined) throw failure;
        if (savepoint !== undefined) tx.release(savepoint);
        this.#file.keep(tx);
        done.push({ job, value, tx });
      } catch (error) {
        // The function may have caught it, or have been given it in a form of its own.
        const failure = this.#file.failure();
        job.reject(failure ?? error);
        if (savepoint === undefined || failure !== undefined || !this.#undo(tx, savepoint)) {
          this.#giveUp(done, failure ?? error);
          return;
        }
      }
    }
    this.#commit(done);
  }

  /** False if the file is in the way of that, too. */
  #undo(tx: Transaction, savepoint: Savepoint): boolean {
    try {
      tx.rollback(savepoint);
      return true;
    } catch {
      return false;
    }
  }

  /** Takes the whole transaction back. */
  #giveUp(done: Done[], error: unknown): void {
    this.#file.rollback();
    for (const { job } of done) job.reject(error);
  }

  #commit(done: Done[]): void {
    try {
      this.#file.commit();
    } catch (error) {
      this.#giveUp(done, error);
      return;
    }
    for (const { job, value, tx } of done) {
      tx.runCommitHooks();
      job.resolve(value);
    }
  }
}

import { realClearTimeout, realSetTimeout } from "./clock.ts";
import { toNanoseconds } from "./commit-clock.ts";
import type { Store } from "./store.ts";
import type { Transaction } from "./transaction.ts";

const HOLD_MS = 30_000;
/** Each occupies a reader, and SQLite's log grows while one is held; a memory engine has three readers in all. */
const MAX_HELD = { file: 3, memory: 1 };

/** The state at a timestamp cannot be read (any more). */
export class SnapshotGoneError extends Error {
  override readonly name = "SnapshotGoneError";
}

interface Held {
  readonly tx: Transaction;
  readonly end: () => void;
  timer: NodeJS.Timeout;
  users: number;
  isOver: boolean;
}

/** States of the database kept readable for a while, so that several calls can read one of them. */
export class HeldSnapshots {
  readonly #store: Store;
  readonly #held = new Map<bigint, Held>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Holds the state of now; resolves with its timestamp, its name in `read`. */
  hold(): Promise<bigint> {
    return new Promise((resolve, reject) => {
      const keep = (tx: Transaction): Promise<void> => {
        const ts = toNanoseconds(this.#store.commitClock.snapshot());
        resolve(ts);
        return this.#held.has(ts) ? Promise.resolve() : this.#keep(ts, tx);
      };
      this.#makeRoom();
      this.#store.read(keep).catch(reject);
    });
  }

  #keep(ts: bigint, tx: Transaction): Promise<void> {
    return new Promise((end) => {
      const timer = realSetTimeout(() => this.#release(ts), HOLD_MS);
      timer.unref();
      this.#held.set(ts, { tx, end, timer, users: 0, isOver: false });
    });
  }

  #makeRoom(): void {
    const room = this.#store.isMemory ? MAX_HELD.memory : MAX_HELD.file;
    while (this.#held.size >= room) this.#release(this.#held.keys().next().value as bigint);
  }

  /** Nobody new may read it; it ends with its last reader. */
  #release(ts: bigint): void {
    const held = this.#held.get(ts);
    if (held === undefined) return;
    this.#held.delete(ts);
    realClearTimeout(held.timer);
    held.isOver = true;
    if (held.users === 0) held.end();
  }

  async read<T>(ts: bigint, run: (tx: Transaction) => Promise<T>): Promise<T> {
    const held = this.#held.get(ts);
    if (held === undefined) throw new SnapshotGoneError("The state at this timestamp cannot be read.");
    held.users++;
    try {
      return await run(held.tx);
    } finally {
      held.users--;
      if (held.isOver && held.users === 0) held.end();
    }
  }

  close(): void {
    for (const ts of [...this.#held.keys()]) this.#release(ts);
  }
}

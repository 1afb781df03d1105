import type { Connection } from "./connection.ts";

const MAX_READERS = 8;

/** Connections for queries, each with a snapshot of its own while one uses it. Opened when needed. */
export class Readers {
  readonly #open: () => Connection | null;
  readonly #free: Connection[] = [];
  readonly #all: Connection[] = [];
  readonly #waiting: ((reader: Connection) => void)[] = [];

  #onAllFree: (() => void) | undefined;

  constructor(open: () => Connection | null) {
    this.#open = open;
  }

  /** Synchronous when a connection is free, as it mostly is. */
  acquire(): Connection | Promise<Connection> {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#all.length < MAX_READERS) {
      const reader = this.#open();
      if (reader !== null) {
        this.#all.push(reader);
        return reader;
      }
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  release(reader: Connection): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next(reader);
    else if (this.#free.push(reader) === this.#all.length) this.#onAllFree?.();
  }

  /** Waits for the queries that are under way. */
  async close(): Promise<void> {
    if (this.#free.length < this.#all.length) {
      await new Promise<void>((resolve) => {
        this.#onAllFree = resolve;
      });
    }
    for (const reader of this.#all) reader.close();
  }
}

import { now } from "./clock.ts";

const NANOSECONDS_PER_MS = 1_000_000n;

function wallClock(): bigint {
  return BigInt(Math.floor(now())) * NANOSECONDS_PER_MS;
}

/** Commit timestamps in nanoseconds: each later than all before it, and than every snapshot named before it. */
export class CommitClock {
  #last = 0n;
  #committed = 0n;

  /** The timestamp of the commit that is being made. */
  next(): bigint {
    const current = wallClock();
    this.#last = current > this.#last ? current : this.#last + 1n;
    return this.#last;
  }

  /** What `next` has given is on disk. */
  commit(): void {
    this.#committed = this.#last;
  }

  /** The latest commit that everybody sees; 0 before the first. */
  get committed(): bigint {
    return this.#committed;
  }

  /** The latest commit as the next mutation sees it, those it will be committed with included. */
  get last(): bigint {
    return this.#last;
  }

  /** A name for the present state: no commit so far is after it, and every later one is. */
  snapshot(): bigint {
    const current = wallClock();
    if (current > this.#last) this.#last = current;
    return this.#last;
  }

  /** A commit by another process. */
  passed(commitTs: bigint): void {
    if (commitTs > this.#last) this.#last = commitTs;
    if (commitTs > this.#committed) this.#committed = commitTs;
  }
}

/** The first whole millisecond that is not before a timestamp. */
export function millisecondsFrom(timestamp: bigint): number {
  return Number((timestamp + NANOSECONDS_PER_MS - 1n) / NANOSECONDS_PER_MS);
}

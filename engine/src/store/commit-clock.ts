import { now } from "./clock.ts";

const NANOSECONDS_PER_MS = 1_000_000n;

/** Commit timestamps in nanoseconds: each later than all before, and than every snapshot handed out before it. */
export class CommitClock {
  #last = 0n;

  #now(): bigint {
    return BigInt(Math.floor(now())) * NANOSECONDS_PER_MS;
  }

  /** The timestamp of the commit that is being made. */
  next(): bigint {
    const current = this.#now();
    this.#last = current > this.#last ? current : this.#last + 1n;
    return this.#last;
  }

  /** A timestamp that every commit so far is not after, and every commit from now on is after. */
  snapshot(): bigint {
    const current = this.#now();
    if (current > this.#last) this.#last = current;
    return this.#last;
  }

  passed(commitTs: bigint): void {
    if (commitTs > this.#last) this.#last = commitTs;
  }
}

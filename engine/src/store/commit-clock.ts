import { now } from "./clock.ts";

const NANOSECONDS_PER_MS = 1_000_000;

/** A time in nanoseconds, which a number alone cannot hold: whole milliseconds and the rest. */
export interface CommitTs {
  readonly ms: number;
  readonly ns: number;
}

const isAfter = (a: CommitTs, b: CommitTs): boolean => a.ms > b.ms || (a.ms === b.ms && a.ns > b.ns);

export function toNanoseconds({ ms, ns }: CommitTs): bigint {
  return BigInt(ms) * BigInt(NANOSECONDS_PER_MS) + BigInt(ns);
}

export function fromNanoseconds(timestamp: bigint): CommitTs {
  const perMs = BigInt(NANOSECONDS_PER_MS);
  return { ms: Number(timestamp / perMs), ns: Number(timestamp % perMs) };
}

function following({ ms, ns }: CommitTs): CommitTs {
  return ns + 1 < NANOSECONDS_PER_MS ? { ms, ns: ns + 1 } : { ms: ms + 1, ns: 0 };
}

/** Commit timestamps in nanoseconds: each later than all before it, and than every snapshot named before it. */
export class CommitClock {
  #last: CommitTs = { ms: 0, ns: 0 };
  #committed: CommitTs = this.#last;

  /** The timestamp of the commit that is being made. */
  next(): CommitTs {
    const current = Math.floor(now());
    this.#last = current > this.#last.ms ? { ms: current, ns: 0 } : following(this.#last);
    return this.#last;
  }

  /** What `next` has given is on disk. */
  commit(): void {
    this.#committed = this.#last;
  }

  /** The latest commit that everybody sees; 0 before the first. */
  get committed(): CommitTs {
    return this.#committed;
  }

  /** The latest commit as the next mutation sees it, those it will be committed with included. */
  get last(): CommitTs {
    return this.#last;
  }

  /** A name for the present state: no commit so far is after it, and every later one is. */
  snapshot(): CommitTs {
    const current = Math.floor(now());
    if (current > this.#last.ms) this.#last = { ms: current, ns: 0 };
    return this.#last;
  }

  /** A commit by another process. */
  passed(commitTs: CommitTs): void {
    if (isAfter(commitTs, this.#last)) this.#last = commitTs;
    if (isAfter(commitTs, this.#committed)) this.#committed = commitTs;
  }
}

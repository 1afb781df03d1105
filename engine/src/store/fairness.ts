import { delay, monotonicNow } from "./clock.ts";

/** Another process that wrote this recently is taken to want to write again. */
const ACTIVE_MS = 1_000;
/** The lock is left free at least this often, so that a process nobody knows of yet gets in... */
const GAP_EVERY_MS = 100;
/** ...for at least as long as such a process waits between two attempts. */
const GAP_MS = 3;
/** With another process known to write, it gets its turn this often, for as long as it waits between attempts. */
const TURN_EVERY_MS = 4;
const TURN_MS = 1.5;

/** SQLite's write lock has no queue. This leaves gaps between groups of mutations for other processes. */
export class Fairness {
  readonly #isShared: boolean;
  #otherSeen = Number.NEGATIVE_INFINITY;
  #lastGap = monotonicNow();
  #lastPause = monotonicNow();

  constructor(isShared: boolean) {
    this.#isShared = isShared;
  }

  noticedOther(): void {
    this.#otherSeen = monotonicNow();
  }

  /** Undefined if nobody needs a gap now. */
  pause(): Promise<void> | undefined {
    if (!this.#isShared) return undefined;
    const now = monotonicNow();
    // Not busy for a while: the gap has been there by itself.
    if (now - this.#lastPause > GAP_MS) this.#lastGap = now;
    this.#lastPause = now;
    const isOtherActive = now - this.#otherSeen < ACTIVE_MS;
    if (now - this.#lastGap <= (isOtherActive ? TURN_EVERY_MS : GAP_EVERY_MS)) return undefined;
    return this.#leaveGap(isOtherActive ? TURN_MS : GAP_MS);
  }

  async #leaveGap(ms: number): Promise<void> {
    await delay(ms);
    this.#lastGap = this.#lastPause = monotonicNow();
  }
}

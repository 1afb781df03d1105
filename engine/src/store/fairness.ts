import { delay, monotonicNow } from "./clock.ts";

/** Another process that wrote this recently is taken to want to write again. */
const ACTIVE_MS = 1_000;
/** The lock is left free at least this often, so that a process nobody knows of yet gets in... */
const GAP_EVERY_MS = 40;
/** ...for at least as long as such a process waits between two attempts. */
const GAP_MS = 5;
const TURN_MS = 1;

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

  async pause(): Promise<void> {
    if (!this.#isShared) return;
    const now = monotonicNow();
    // Not busy for a while: the gap has been there by itself.
    if (now - this.#lastPause > GAP_MS) this.#lastGap = now;
    this.#lastPause = now;
    if (now - this.#otherSeen < ACTIVE_MS) await delay(TURN_MS + Math.random());
    else if (now - this.#lastGap > GAP_EVERY_MS) {
      await delay(GAP_MS);
      this.#lastGap = this.#lastPause = monotonicNow();
    }
  }
}

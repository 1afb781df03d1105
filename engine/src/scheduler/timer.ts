import { now, outside, realSetTimeout } from "../store/clock.ts";

/** The longest delay `setTimeout` knows; what is due later is looked at again then. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * One timer for the earliest of many times. It uses the global `setTimeout` as it is when it is set, because test
 * frameworks replace it; it does not keep the process alive.
 */
export class DueTimer {
  readonly #onDue: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Number.POSITIVE_INFINITY;
  #isReal = false;

  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  /** Fires at this time (ms), or not at all for infinity. */
  set(due: number): void {
    if (due === this.#due && this.#timer !== undefined) return;
    this.clear();
    if (due === Number.POSITIVE_INFINITY) return;
    this.#due = due;
    const delay = Math.min(Math.max(0, due - now()), MAX_DELAY_MS);
    this.#timer = outside(() => {
      this.#isReal = setTimeout === realSetTimeout;
      return setTimeout(() => this.#fire(), delay);
    });
    this.#timer.unref?.();
  }

  /** It will fire by itself: it is set, and not a test framework's. */
  get firesByItself(): boolean {
    return this.#timer !== undefined && this.#isReal;
  }

  #fire(): void {
    this.#timer = undefined;
    this.#due = Number.POSITIVE_INFINITY;
    this.#onDue();
  }

  clear(): void {
    if (this.#timer !== undefined) outside(() => clearTimeout(this.#timer));
    this.#timer = undefined;
    this.#due = Number.POSITIVE_INFINITY;
  }
}

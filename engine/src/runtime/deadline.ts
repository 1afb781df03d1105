import { monotonicNow, realClearInterval, realSetInterval } from "../store/clock.ts";
import type { Execution } from "./execution.ts";

const CHECK_EVERY_MS = 100;
/** A module that a nested call needs may take longer to load than a function may wait. */
const PATIENCE_WITH_LOADING = 10;

interface Watched {
  operations: number;
  since: number;
  abort(error: Error): void;
}

/**
 * Ends queries and mutations that wait for something that is no database operation: they hold a snapshot or the
 * writer. A function that is only slow goes on, because it either computes, and then this cannot run, or it
 * performs operations.
 */
export class IdleDeadline {
  readonly #idleMs: number;
  readonly #watched = new Map<Execution, Watched>();
  #timer: NodeJS.Timeout | undefined;

  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /** `work`, or a failure once the call has been idle for too long. */
  watch<T>(execution: Execution, work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#watched.set(execution, { operations: execution.operations, since: monotonicNow(), abort: reject });
      this.#timer ??= realSetInterval(() => this.#check(), CHECK_EVERY_MS);
      // A call that waits keeps the process up until it has its answer, if only that it waited for too long.
      if (this.#watched.size === 1) this.#timer.ref();
      const done = (): void => {
        if (this.#watched.delete(execution) && this.#watched.size === 0) this.#timer?.unref();
      };
      work().then(
        (value) => {
          done();
          resolve(value);
        },
        (error) => {
          done();
          reject(error);
        },
      );
    });
  }

  #check(): void {
    if (this.#watched.size === 0) {
      realClearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    const now = monotonicNow();
    for (const [execution, watched] of this.#watched) {
      if (execution.operations !== watched.operations) {
        watched.operations = execution.operations;
        watched.since = now;
      } else if (now - watched.since > this.#idleMs * (execution.modulesLoading > 0 ? PATIENCE_WITH_LOADING : 1)) {
        this.#watched.delete(execution);
        if (this.#watched.size === 0) this.#timer?.unref();
        // Should it wake up after all, it must not reach into whatever transaction is then under way.
        execution.end();
        watched.abort(
          new Error(
            `Returned promise will never resolve: ${execution.path} waited ${this.#idleMs} ms for something that is no Convex operation.`,
          ),
        );
      }
    }
  }

  close(): void {
    realClearInterval(this.#timer);
  }
}

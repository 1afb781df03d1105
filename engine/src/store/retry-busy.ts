import { EngineError, isBusy } from "../errors.ts";
import { delay, monotonicNow } from "./clock.ts";

const PATIENCE_MS = 10_000;
const FIRST_WAIT_MS = 0.5;
const LONGEST_WAIT_MS = 2;
const SYNC_PATIENCE_MS = 3_000;
const SYNC_WAIT_MS = 5;

const causedByLock = (error: unknown): boolean =>
  isBusy(error) || (error instanceof EngineError && error.code === "busy");

/** Repeats an operation that another process's lock refused, without stopping the event loop, for up to 10 s. */
export async function retryBusy<T>(operation: () => T): Promise<T> {
  let started: number | undefined;
  let wait = FIRST_WAIT_MS;
  while (true) {
    try {
      return operation();
    } catch (error) {
      if (!causedByLock(error)) throw error;
      started ??= monotonicNow();
      if (monotonicNow() - started > PATIENCE_MS) throw new EngineError("busy", undefined, { cause: error });
      // Jitter, or two processes would ask in step for ever.
      await delay(wait * (0.5 + Math.random()));
      wait = Math.min(wait * 1.5, LONGEST_WAIT_MS);
    }
  }
}

/** The same while opening, which is synchronous: other processes hold the lock then for moments only. */
export function retryBusySync<T>(operation: () => T): T {
  const started = monotonicNow();
  while (true) {
    try {
      return operation();
    } catch (error) {
      if (!causedByLock(error) || monotonicNow() - started > SYNC_PATIENCE_MS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SYNC_WAIT_MS);
    }
  }
}

import { setTimeout } from "node:timers/promises";

/** Waits, or ends with what the signal says. */
export const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  setTimeout(ms, undefined, signal && { signal });

import { AsyncLocalStorage } from "node:async_hooks";

/**
 * The engine's own timers, taken before a test framework may replace the global ones: waiting for a lock or
 * watching for a stuck handler is no business of the functions' time.
 */
export const realSetTimeout = globalThis.setTimeout;
export const realClearTimeout = globalThis.clearTimeout;
export const realSetInterval = globalThis.setInterval;
export const realClearInterval = globalThis.clearInterval;
const realSetImmediate = globalThis.setImmediate;
export const monotonicNow = performance.now.bind(performance);

export const delay = (ms: number): Promise<void> => new Promise((resolve) => realSetTimeout(resolve, ms));
/** Lets timers and sockets have their turn. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => realSetImmediate(resolve));

/** Runs a function outside every call of a Convex function, whose globals and identity are none of the engine's. */
export const outside = AsyncLocalStorage.snapshot();
const readClock = (): number => Date.now();
/** The time, which a test framework may set, but no Convex function. */
export const now = (): number => outside(readClock);

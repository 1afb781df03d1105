import { currentExecution } from "./execution.ts";

// biome-ignore lint/suspicious/noExplicitAny: callbacks take whatever their timer is given
type Callback = (...args: any[]) => unknown;
type Timer = (callback: Callback, ...rest: unknown[]) => unknown;

const guarded = new WeakMap<Timer, Timer>();

/** A timer of the process whose callback, when it throws, fails the call that set it and not the process. */
export function guardedTimer(real: Timer): Timer {
  let timer = guarded.get(real);
  if (timer === undefined) {
    const set: Timer = (callback, ...rest) => {
      // What is no function is the timer's own to refuse.
      if (typeof callback !== "function") return real(callback, ...rest);
      const execution = currentExecution();
      const call = (...args: unknown[]): void => {
        try {
          callback(...args);
        } catch (error) {
          if (execution === undefined) throw error;
          execution.fail("Uncaught", error);
        }
      };
      return real(call, ...rest);
    };
    // Its promise form, for `util.promisify`, comes along.
    timer = Object.defineProperties(set, Object.getOwnPropertyDescriptors(real));
    guarded.set(real, timer);
  }
  return timer;
}

export const GUARDED_TIMERS: ReadonlySet<string> = new Set([
  "queueMicrotask",
  "setImmediate",
  "setInterval",
  "setTimeout",
]);

import { currentExecution } from "./execution.ts";

/**
 * A function that leaves a rejected promise alone fails, if it still runs; it must not end the process, as Node.js
 * would have it. Other code's rejections stay Node's business.
 */
export function catchUnhandledRejections(): void {
  process.on("unhandledRejection", (reason) => {
    const execution = currentExecution();
    if (execution === undefined) {
      // A listener of our own has switched off Node's default, which is to throw.
      if (process.listenerCount("unhandledRejection") === 1) throw reason;
      return;
    }
    if (execution.isOver) execution.log.write("error", execution.path, ["Unhandled rejection", reason]);
    else execution.unhandled ??= { reason };
  });
}

import { currentExecution } from "./execution.ts";

/** What Node.js throws for a rejection whose reason is no error. */
function asError(reason: unknown): unknown {
  if (reason instanceof Error) return reason;
  const error = new Error(
    "This error originated either by throwing inside of an async function without a catch block, or by rejecting a " +
      `promise which was not handled with .catch(). The promise rejected with the reason "${String(reason)}".`,
  );
  return Object.assign(error, { code: "ERR_UNHANDLED_REJECTION" });
}

/** Whether Node.js, left alone, throws: it can be told to do otherwise, and then does so beside any listener. */
function isToThrow(): boolean {
  const flags = [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(/\s+/)];
  const flag = flags.find((each) => each.startsWith("--unhandled-rejections="));
  return flag === undefined || flag.endsWith("=throw");
}

/**
 * A function that leaves a rejected promise alone fails, if it still runs; it must not end the process, as Node.js
 * would have it. Other code's rejections stay Node's business.
 */
export function catchUnhandledRejections(): void {
  process.on("unhandledRejection", (reason) => {
    const execution = currentExecution();
    if (execution !== undefined) execution.fail("Unhandled rejection", reason);
    // A listener of our own has switched off Node's default.
    else if (process.listenerCount("unhandledRejection") === 1 && isToThrow()) throw asError(reason);
  });
}

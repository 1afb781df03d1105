/** The permanent global through which the `convex` package reaches whichever call its code runs in. */
import { asyncOperations, jsOperations, syncOperations } from "../syscalls/index.ts";
import type { Operation } from "../syscalls/operation.ts";
import { currentExecution, type Execution } from "./execution.ts";
import { installGlobals } from "./globals.ts";
import { toOperationError } from "./thrown.ts";
import { catchUnhandledRejections } from "./unhandled-rejections.ts";

const NO_CALL = "Convex operations are only available while a Convex function runs.";

function caller(): Execution {
  const execution = currentExecution();
  if (execution === undefined) throw new Error(NO_CALL);
  return execution;
}

function find<T>(table: ReadonlyMap<string, Operation<T>>, name: string, execution: Execution, what: string) {
  const operation = table.get(name);
  if (operation === undefined) throw new Error(`Unknown ${what} ${name}`);
  if (!operation.kinds.includes(execution.kind)) {
    const callers = { query: "queries", mutation: "mutations", action: "actions" }[execution.kind];
    throw new Error(`Unknown ${what} ${name}: it is not available in ${callers}.`);
  }
  return operation.run;
}

function syscall(name: string, json: string): string {
  const execution = caller();
  return find(syncOperations, name, execution, "operation")(execution, JSON.parse(json)) as string;
}

function failed(error: unknown): Promise<never> {
  const execution = currentExecution();
  if (execution !== undefined) execution.hasFailedOperation = true;
  return Promise.reject(toOperationError(error));
}

function asyncSyscall(name: string, json: string): Promise<string> {
  try {
    const execution = caller();
    const run = find(asyncOperations, name, execution, "async operation");
    const result = execution.perform(() => run(execution, JSON.parse(json)));
    return typeof result === "string" ? Promise.resolve(result) : result.catch(failed);
  } catch (error) {
    return failed(error);
  }
}

async function jsSyscall(name: string, args: Record<string, unknown>): Promise<unknown> {
  const execution = caller();
  return find(jsOperations, name, execution, "js operation")(execution, args);
}

const HOST = Object.freeze({ syscall, asyncSyscall, jsSyscall });

/** In calls of the engine's the host is the engine; elsewhere it may be another one, such as Convex's own mock. */
function installConvex(): void {
  const found = Object.getOwnPropertyDescriptor(globalThis, "Convex");
  let other = (): unknown => (found?.get === undefined ? found?.value : found.get.call(globalThis));
  Object.defineProperty(globalThis, "Convex", {
    get: () => (currentExecution() === undefined ? (other() ?? HOST) : HOST),
    set(value: unknown): void {
      other = () => value;
    },
    configurable: true,
    enumerable: false,
  });
}

// Libraries that are made for functions look for it as soon as they are imported.
installConvex();

let isInstalled = false;

export function installHost(): void {
  if (isInstalled) return;
  isInstalled = true;
  installGlobals();
  catchUnhandledRejections();
}

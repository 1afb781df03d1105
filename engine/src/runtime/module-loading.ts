/**
 * Modules are evaluated outside of every call, and may keep what they find: `const { env } = process` at the top of a
 * module, as Convex's generated code has it. What they find is the deployment's environment, never the process's own.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { IGNORING_WRITES, type Variables } from "./environment.ts";
import { currentExecution, outsideOfCalls } from "./execution.ts";

const loading = new AsyncLocalStorage<unknown>();

/** The variables of whichever call looks at them; where none does, those of the component that was loaded. */
function liveEnvironment(variables: () => Variables): Variables {
  const now = (): Variables => currentExecution()?.env ?? variables();
  return new Proxy(Object.create(null) as Variables, {
    get: (_target, name) => Reflect.get(now(), name),
    has: (_target, name) => Reflect.has(now(), name),
    ownKeys: () => Reflect.ownKeys(now()),
    getOwnPropertyDescriptor: (_target, name) => {
      const found = Reflect.getOwnPropertyDescriptor(now(), name);
      // A property that the proxy's own target lacks may only be described as one that can go.
      return found && { ...found, configurable: true };
    },
    ...IGNORING_WRITES,
  });
}

/** Runs a module's loader, which sees a `process` with the variables of its component. */
export function loadModule<T>(loader: () => T, variables: () => Variables): T {
  const env = { value: liveEnvironment(variables), enumerable: true, writable: true, configurable: true };
  return outsideOfCalls(() => loading.run(Object.create(process, { env }), loader));
}

/** `process` for a module that is being evaluated. */
export function processWhileLoading(): unknown {
  return loading.getStore();
}

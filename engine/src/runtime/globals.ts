/**
 * Globals that each call has for itself: accessors that ask which call is running. Convex gives every call a realm
 * of its own; here a function that assigns one of these changes it for itself alone.
 */
import { initialGlobal } from "./call-globals.ts";
import { currentExecution } from "./execution.ts";
import { processWhileLoading } from "./module-loading.ts";

// Not Headers, Request and Response: to look at them loads all of Node's fetch, which takes 30 ms.
const NAMES = [
  "AbortController",
  "AbortSignal",
  "Crypto",
  "CryptoKey",
  "Date",
  "Math",
  "SubtleCrypto",
  "TextDecoder",
  "TextEncoder",
  "URL",
  "URLSearchParams",
  "atob",
  "btoa",
  "clearInterval",
  "clearTimeout",
  "console",
  "crypto",
  "fetch",
  "performance",
  "process",
  "queueMicrotask",
  "self",
  "setImmediate",
  "setInterval",
  "setTimeout",
  "structuredClone",
];

const accessors = new WeakSet<() => unknown>();

/** `self` is there for functions only: outside of calls it is undefined, as Node has none. */
function absent(name: string): PropertyDescriptor | undefined {
  return name === "self" ? { value: undefined, writable: true, configurable: true, enumerable: false } : undefined;
}

function install(name: string): void {
  const found = Object.getOwnPropertyDescriptor(globalThis, name) ?? absent(name);
  if (found === undefined || found.configurable === false) return;
  if (found.get !== undefined && accessors.has(found.get)) return;
  // What code outside of calls sees: the value that was there, or what is assigned later.
  const outside: PropertyDescriptor = { ...found };
  const readOutside = (): unknown => (outside.get ? outside.get.call(globalThis) : outside.value);

  function get(): unknown {
    const execution = currentExecution();
    if (execution === undefined) return (name === "process" ? processWhileLoading() : undefined) ?? readOutside();
    const own = execution.globals;
    if (name in own) return own[name];
    const real = readOutside();
    const value = initialGlobal(execution, name, real);
    // What is the process's own stays live: it may be a getter itself.
    if (value !== real) own[name] = value;
    return value;
  }

  function set(value: unknown): void {
    const execution = currentExecution();
    if (execution !== undefined) execution.globals[name] = value;
    else if (outside.set) outside.set.call(globalThis, value);
    else if (outside.writable) outside.value = value;
    else throw new TypeError(`Cannot assign to read only property '${name}' of the global object`);
  }

  Object.defineProperty(globalThis, name, { get, set, configurable: true, enumerable: found.enumerable ?? false });
  accessors.add(get);
}

/** Under these nobody but a test framework replaces globals while calls are made. */
const isTest = ["VITEST", "JEST_WORKER_ID", "NODE_TEST_CONTEXT"].some((name) => name in process.env);
let isInstalled = false;

/**
 * To be called before every call: whoever replaces a global, as test frameworks do, takes its accessor away. The
 * replacement becomes what code outside of calls sees.
 */
export function installGlobals(): void {
  if (isInstalled && !isTest) return;
  isInstalled = true;
  for (const name of NAMES) install(name);
}

/**
 * Globals that each call has for itself: accessors that ask which call is running. Convex gives every call a realm
 * of its own; here a function that assigns one of these changes it for itself alone.
 */
import { initialGlobal } from "./call-globals.ts";
import { currentExecution } from "./execution.ts";

const NAMES = [
  "AbortController",
  "Crypto",
  "CryptoKey",
  "Date",
  "Headers",
  "Math",
  "Request",
  "Response",
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
  "setImmediate",
  "setInterval",
  "setTimeout",
  "structuredClone",
];

/** Those that test frameworks replace, which takes the accessor away: looked at before every call. */
const OFTEN_REPLACED = ["Date", "setTimeout", "setInterval", "console", "fetch", "crypto", "Math"];

const accessors = new WeakSet<() => unknown>();

function install(name: string): void {
  const found = Object.getOwnPropertyDescriptor(globalThis, name);
  if (found === undefined || found.configurable === false) return;
  if (found.get !== undefined && accessors.has(found.get)) return;
  // What code outside of calls sees: the value that was there, or what is assigned later.
  const outside: PropertyDescriptor = { ...found };
  const readOutside = (): unknown => (outside.get ? outside.get.call(globalThis) : outside.value);

  function get(): unknown {
    const execution = currentExecution();
    if (execution === undefined) return readOutside();
    const own = execution.globals;
    if (name in own) return own[name];
    const value = initialGlobal(execution, name, readOutside());
    own[name] = value;
    return value;
  }

  function set(value: unknown): void {
    const execution = currentExecution();
    if (execution !== undefined) execution.globals[name] = value;
    else if (outside.set) outside.set.call(globalThis, value);
    else outside.value = value;
  }

  Object.defineProperty(globalThis, name, { get, set, configurable: true, enumerable: found.enumerable ?? false });
  accessors.add(get);
}

export function installGlobals(): void {
  for (const name of NAMES) install(name);
}

/** Puts back accessors that were replaced, keeping the replacement as what code outside of calls sees. */
export function reinstallGlobals(): void {
  for (const name of OFTEN_REPLACED) install(name);
}

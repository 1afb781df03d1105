/** What is checked of every call: its kind, its arguments, its result. */
import type { Kind } from "../types.ts";
import { checkValue } from "../values/checks.ts";
import { displaySize } from "../values/display.ts";
import type { Json } from "../values/json.ts";
import { sizeOfJson } from "../values/size.ts";
import { mayExceedLimits } from "../values/text-limits.ts";
import { displayPath, inComponent } from "./address.ts";
import { notFound, type RegisteredFunction } from "./registry.ts";

const MAX_VALUE_BYTES = 16 << 20;
/** Arguments lie in an array, which counts as one level. */
const ARGS_OUTER = 1;

/** How large a value is, if its text lets fear that it is too large: text is never shorter than half of the size. */
function excessOf(value: () => Json, textLength: number): string | undefined {
  if (textLength <= MAX_VALUE_BYTES / 2) return undefined;
  const size = sizeOfJson(value());
  if (size <= MAX_VALUE_BYTES) return undefined;
  return `(actual: ${displaySize(size)}, limit: ${displaySize(MAX_VALUE_BYTES)})`;
}

export function checkArgs(fn: RegisteredFunction, textLength: number, args: Json): void {
  const excess = excessOf(() => args, textLength);
  if (excess !== undefined) throw new Error(`Arguments for ${displayPath(fn.path)} are too large ${excess}`);
  checkValue(args, ARGS_OUTER);
  const problem = fn.checkArgs([args]);
  if (problem !== null) throw new Error(problem);
}

export function checkResult(fn: RegisteredFunction, result: string): void {
  const excess = excessOf(() => JSON.parse(result) as Json, result.length);
  if (excess !== undefined) throw new Error(`Function ${displayPath(fn.path)} return value is too large ${excess}`);
  if (mayExceedLimits(result)) checkResultValue(fn, JSON.parse(result) as Json);
  const problem = fn.checkReturns?.(JSON.parse(result) as Json);
  if (typeof problem === "string") throw new Error(problem);
}

function checkResultValue(fn: RegisteredFunction, value: Json): void {
  try {
    checkValue(value);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Function ${displayPath(fn.path)} return value invalid: ${message}`, { cause });
  }
}

export function requireCallable(
  fn: RegisteredFunction,
  kind: Kind | undefined,
  isPublicOnly: boolean,
): RegisteredFunction {
  if (isPublicOnly && !fn.isPublic) throw notFound(fn.component, fn.path);
  if (kind !== undefined) checkKind(fn, kind);
  return fn;
}

export function checkKind(fn: RegisteredFunction, kind: Kind): void {
  if (fn.kind === kind) return;
  const name = (each: Kind): string => each.charAt(0).toUpperCase() + each.slice(1);
  const shown = displayPath(fn.path) + inComponent(fn.component);
  throw new Error(`Trying to execute ${shown} as ${name(kind)}, but it is defined as ${name(fn.kind)}.`);
}

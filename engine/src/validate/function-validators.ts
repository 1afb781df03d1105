import { displayJson } from "../values/display.ts";
import type { Json } from "../values/json.ts";
import { isPlainObject } from "../values/json.ts";
import type { Check, TableNames } from "./validator.ts";
import { compileValidator } from "./validator.ts";
import type { ValidatorJson } from "./validator-json.ts";

const DOCS = "See https://docs.convex.dev/functions/validation for docs on how to do";

function compile(json: ValidatorJson, tables: TableNames, what: "args" | "returns", how: string): Check {
  try {
    return compileValidator(json, { tables });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Error in ${what} validator: ${message}\n${DOCS} ${how}.`, { cause });
  }
}

export function wrongArgumentCount(args: Json[]): string {
  return `ArgumentValidationError: Expected to receive a single object as the function's argument. Instead received ${args.length} arguments: ${displayJson(args)}`;
}

/**
 * Checks a function's arguments, an array of one object.
 * @param exported what the function's `exportArgs()` gives
 * @returns null if they match, else the message to fail with
 */
export function compileArgs(exported: string, tables: TableNames): (args: Json[]) => string | null {
  const json = JSON.parse(exported) as ValidatorJson;
  if (json.type === "any") return () => null;
  if (json.type !== "object") throw new Error("Args validator must be an object or any");
  const check = compile(json, tables, "args", "argument validation");
  return (args) => {
    const [object] = args;
    if (args.length !== 1) return wrongArgumentCount(args);
    let problem: string | undefined;
    if (!isPlainObject(object)) {
      problem = `Expected to receive an object as the function's argument. Instead received: ${displayJson(object as Json)}`;
    } else problem = check(object)?.message;
    return problem === undefined ? null : `ArgumentValidationError: ${problem}`;
  };
}

/**
 * Checks what a function returns.
 * @param exported what the function's `exportReturns()` gives
 * @returns null if it matches, else the message to fail with
 */
export function compileReturns(exported: string, tables: TableNames): (value: Json) => string | null {
  const json = JSON.parse(exported) as ValidatorJson | null;
  if (json === null || json.type === "any") return () => null;
  const check = compile(json, tables, "returns", "return value validation");
  return (value) => {
    const failure = check(value);
    return failure === null ? null : `ReturnsValidationError: ${failure.message}`;
  };
}

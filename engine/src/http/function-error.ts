import type { Value } from "convex/values";
import { convexToJson } from "convex/values";

// What the host says about a call it did not start, or a result it did not take: nothing was thrown by user code.
const NOT_THROWN =
  /^(ArgumentValidationError|ReturnsValidationError|Could not find|Trying to execute|Arguments for|Invalid arguments|Function .* return value)/;

/** A failure as whoever did not call the function itself reads it. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return `Uncaught ${String(error)}`;
  if (NOT_THROWN.test(error.message)) return error.message;
  return `Uncaught ${error.name}: ${error.message}`;
}

export interface FunctionErrorOptions {
  readonly requestId: string;
  /** As production deployments do: clients learn that a function failed, not why. */
  readonly redact: boolean;
}

export function functionErrorMessage(error: unknown, { requestId, redact }: FunctionErrorOptions): string {
  const sentence = `[Request ID: ${requestId}] Server Error`;
  return redact ? sentence : `${sentence}\n${describeFailure(error)}`;
}

const CONVEX_ERROR = Symbol.for("ConvexError");

/** The data of a ConvexError as Convex-encoded JSON text; undefined for any other error. */
export function functionErrorData(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !(CONVEX_ERROR in error) || !("data" in error)) return undefined;
  return JSON.stringify(convexToJson(error.data as Value));
}

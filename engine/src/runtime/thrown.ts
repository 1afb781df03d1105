/** Errors on their way out of a function. */
import { convexToJson, jsonToConvex, type Value } from "convex/values";

const CONVEX_ERROR = Symbol.for("ConvexError");

interface ConvexErrorLike extends Error {
  data: unknown;
}

function isConvexError(thrown: unknown): thrown is ConvexErrorLike {
  return typeof thrown === "object" && thrown !== null && CONVEX_ERROR in thrown;
}

/** A ConvexError leaves a function with its data as JSON text; this gives it back its value. */
export function restoreData(thrown: unknown): unknown {
  if (isConvexError(thrown) && typeof thrown.data === "string") {
    thrown.data = jsonToConvex(JSON.parse(thrown.data));
  }
  return thrown;
}

/** The form in which a failed operation reaches the function that asked for it. */
export function toOperationError(thrown: unknown): Error {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (!isConvexError(thrown)) return error;
  return Object.assign(new Error(error.message), { data: convexToJson(thrown.data as Value) });
}

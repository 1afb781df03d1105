import type { ErrorShape } from "@moorage/shared/errors";

/** Convex's own form of a failure; a ConvexHttpClient reads it from HTTP 200 alone. */
export function failureBody(shape: ErrorShape): string {
  return JSON.stringify({ status: "error", errorMessage: shape.code, errorData: shape });
}

/** Makes an answer of JSON text. A caller in the same process may want lighter ones than a network needs. */
export type Respond = (json: string, status: number) => Response;

export const respondOverNetwork: Respond = (json, status) =>
  new Response(json, { status, headers: { "content-type": "application/json" } });

import type { ErrorShape } from "@moorage/shared/errors";

/** Convex's own form of a failure; a ConvexHttpClient reads it from HTTP 200 alone. */
export function failureBody(shape: ErrorShape): string {
  return JSON.stringify({ status: "error", errorMessage: shape.code, errorData: shape });
}

/** Every answer of the door is JSON text. */
export function jsonResponse(body: string, status = 200): Response {
  return new Response(body, { status, headers: { "content-type": "application/json" } });
}

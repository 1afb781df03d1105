const METHODS = "GET,POST,OPTIONS,PATCH,DELETE,PUT";
const MAX_AGE_SECONDS = "86400";

/** Pages of every origin may call the API: what it gives away is decided by tokens and keys, never by cookies. */
export function addCorsHeaders(request: Request, response: Response): Response {
  const origin = request.headers.get("origin");
  // No page is asking; only what a cache may keep must say that pages are answered otherwise.
  if (origin === null && request.method === "POST") return response;
  response.headers.set("access-control-allow-credentials", "true");
  response.headers.append("vary", "origin");
  if (origin !== null) response.headers.set("access-control-allow-origin", origin);
  return response;
}

export function isPreflight(request: Request): boolean {
  return request.method === "OPTIONS" && request.headers.has("access-control-request-method");
}

export function preflightResponse(request: Request): Response {
  const headers: Record<string, string> = {
    "access-control-allow-methods": METHODS,
    "access-control-max-age": MAX_AGE_SECONDS,
  };
  const requested = request.headers.get("access-control-request-headers");
  if (requested !== null) headers["access-control-allow-headers"] = requested;
  return new Response(null, { headers });
}

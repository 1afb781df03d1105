import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../env.ts";

/** Answers are for programs: nothing may keep, guess at, frame or render them. */
const HEADERS = [
  ["cache-control", "no-store"],
  ["content-security-policy", "default-src 'none'; frame-ancestors 'none'"],
  ["cross-origin-resource-policy", "same-origin"],
  ["referrer-policy", "no-referrer"],
  ["strict-transport-security", "max-age=31536000; includeSubDomains"],
  ["x-content-type-options", "nosniff"],
] as const;

export const securityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  // A page has rules of its own for what it shows.
  for (const [name, value] of HEADERS) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
};

import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../env.ts";

const FORM = /^[0-9A-Za-z_-]{8,64}$/;

/** Names the request, by the caller's own id when it is well formed, for the answer, the log and Convex. */
export const requestId: MiddlewareHandler<AppEnv> = async (c, next) => {
  const given = c.req.header("moorage-request-id");
  const id = given !== undefined && FORM.test(given) ? given : crypto.randomUUID();
  c.set("requestId", id);
  await next();
  c.res.headers.set("moorage-request-id", id);
  c.res.headers.set("x-request-id", id);
};

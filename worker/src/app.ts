import { type Context, Hono } from "hono";
import manifest from "../package.json" with { type: "json" };
import { type Respond, respondOverNetwork } from "./answer.ts";
import { createDoors } from "./door.ts";
import type { AppEnv } from "./env.ts";
import { accessLog, type Log } from "./middleware/access-log.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { bodyLimit } from "./middleware/body-limit.ts";
import { findContract } from "./middleware/find-contract.ts";
import { onError, onUnknownRoute } from "./middleware/on-error.ts";
import { rateLimit } from "./middleware/rate-limit.ts";
import { requestId } from "./middleware/request-id.ts";
import { requireScope } from "./middleware/require-scope.ts";
import { resolveKey } from "./middleware/resolve-key.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { call } from "./routes/call.ts";

export interface AppOptions {
  /** How Convex is reached; embedded, the engine's own `fetch`. */
  convexFetch?: typeof fetch;
  /** The caller's network address. Only a header that the network itself sets may be believed. */
  clientAddress?: (c: Context<AppEnv>) => string | undefined;
  log?: Log;
  now?: () => number;
  respond?: Respond;
}

/**
 * The door: the same app in a Worker and, in process, in the embedded server.
 * @example createApp({ convexFetch: (input, init) => api.fetch(new Request(input, init)) }).fetch(request, bindings)
 */
export function createApp(options: AppOptions = {}): Hono<AppEnv> {
  const {
    convexFetch = (input, init) => fetch(input, init),
    clientAddress = (c) => c.req.header("cf-connecting-ip"),
    log = () => {},
    now = Date.now,
    respond = respondOverNetwork,
  } = options;
  const doorFor = createDoors(convexFetch, now);

  const app = new Hono<AppEnv>();
  app.onError(onError(respond));
  app.notFound(onUnknownRoute(respond));
  app.use(requestId, securityHeaders, accessLog(log, now));

  app.get("/health", (c) => {
    c.get("line").route = "health";
    return respond(JSON.stringify({ ok: true, version: manifest.version }), 200);
  });

  for (const kind of ["query", "mutation", "action"] as const) {
    app.post(
      `/api/${kind}`,
      (c, next) => {
        c.get("line").route = "call";
        c.set("door", doorFor(c.env));
        return next();
      },
      bodyLimit,
      authenticate(clientAddress),
      rateLimit,
      resolveKey,
      findContract(kind),
      requireScope,
      call(respond),
    );
  }
  return app;
}

import { AppError } from "@moorage/shared/errors";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import manifest from "../package.json" with { type: "json" };
import { type Respond, respondOverNetwork } from "./answer.ts";
import { createDoors } from "./door.ts";
import type { AppEnv, Bindings } from "./env.ts";
import { accessLog, type Log, type LogLine } from "./middleware/access-log.ts";
import { authenticate, openPage } from "./middleware/authenticate.ts";
import { bodyLimit } from "./middleware/body-limit.ts";
import { findContract } from "./middleware/find-contract.ts";
import { onError, onUnknownRoute } from "./middleware/on-error.ts";
import { rateLimit } from "./middleware/rate-limit.ts";
import { report } from "./middleware/report.ts";
import { requestId } from "./middleware/request-id.ts";
import { requireScope } from "./middleware/require-scope.ts";
import { resolveKey } from "./middleware/resolve-key.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { stir } from "./middleware/stir.ts";
import { showApprovalPage, takeDecision } from "./pages/approve.ts";
import { checkOrigin } from "./pages/page.ts";
import { showSecretPage, takeSecret } from "./pages/secret.ts";
import type { Calls } from "./presence/convex.ts";
import { namespacePresence } from "./presence/namespace.ts";
import type { Presence } from "./presence/presence.ts";
import { call } from "./routes/call.ts";
import { firstHeartbeat, knownHeartbeat } from "./routes/heartbeat.ts";

export interface AppOptions {
  /** How Convex is reached; embedded, the engine's own `fetch`. */
  convexFetch?: typeof fetch;
  /** The caller's network address. Only a header that the network itself sets may be believed. */
  clientAddress?: (c: Context<AppEnv>) => string | undefined;
  log?: Log;
  now?: () => number;
  respond?: Respond;
  /** Work to do after the answer; on Cloudflare, the runtime waits for it. */
  defer?: (c: Context<AppEnv>, work: Promise<void>) => void;
  wait?: (ms: number) => Promise<void>;
  /** Where servers are heard: on Cloudflare behind a binding, embedded in this process. */
  createPresence?: (env: Bindings, calls: Calls) => Presence | undefined;
}

type App = Hono<AppEnv> & {
  /** Has it listen for the servers that are known, before anybody calls. */
  open(bindings: Bindings): void;
};

/**
 * The door: the same app in a Worker and, in process, in the embedded server.
 * @example createApp({ convexFetch: (input, init) => api.fetch(new Request(input, init)) }).fetch(request, bindings)
 */
export function createApp(options: AppOptions = {}): App {
  const {
    convexFetch = (input, init) => fetch(input, init),
    clientAddress = (c) => c.req.header("cf-connecting-ip"),
    log = () => {},
    now = Date.now,
    respond = respondOverNetwork,
    defer = (c, work) => c.executionCtx.waitUntil(work),
    wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    createPresence = ({ PRESENCE }, calls) =>
      PRESENCE === undefined ? undefined : namespacePresence(PRESENCE, calls, now),
  } = options;
  const onFailure = (error: unknown) =>
    log({
      requestId: crypto.randomUUID(),
      route: "report",
      outcome: error instanceof AppError ? error.code : "internal",
      ms: 0,
    });
  const doorFor = createDoors({ convexFetch, now, wait, onFailure, createPresence });
  const openDoor: MiddlewareHandler<AppEnv> = (c, next) => {
    c.set("door", doorFor(c.env));
    return next();
  };

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
      routeOf("call"),
      openDoor,
      bodyLimit,
      knownHeartbeat(clientAddress, respond),
      report(defer),
      authenticate(clientAddress),
      rateLimit,
      resolveKey,
      findContract(kind),
      requireScope,
      stir(defer),
      firstHeartbeat(respond),
      call(respond),
    );
  }

  const page = [
    routeOf("page"),
    openDoor,
    checkOrigin,
    bodyLimit,
    report(defer),
    openPage(clientAddress),
    rateLimit,
  ] as const;
  app.get("/secret/:token", ...page, showSecretPage);
  app.post("/secret/:token", ...page, takeSecret);
  app.get("/approve/:token", ...page, showApprovalPage);
  app.post("/approve/:token", ...page, takeDecision);
  return Object.assign(app, { open: (bindings: Bindings) => void doorFor(bindings) });
}

const routeOf =
  (route: LogLine["route"]): MiddlewareHandler<AppEnv> =>
  (c, next) => {
    c.get("line").route = route;
    return next();
  };

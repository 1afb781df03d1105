/** Convex's HTTP API as a `fetch` handler. */
import { randomBytes } from "node:crypto";
import { EngineError } from "../errors.ts";
import type { ApiContext } from "./context.ts";
import { addCorsHeaders, isPreflight, preflightResponse } from "./cors.ts";
import type { Exchange } from "./exchange.ts";
import {
  getQuery,
  postAnyFunction,
  postFunction,
  postQueryAtTs,
  postQueryBatch,
  postQueryTs,
  postRun,
} from "./function-routes.ts";
import type { FunctionHost } from "./host.ts";
import type { LogSink } from "./log.ts";
import { errorResponse, ProtocolError, toProtocolError } from "./protocol-error.ts";
import { runHttpAction, siteUrl } from "./site.ts";
import { getFile, postUpload } from "./storage-routes.ts";

// Convex's limits for HTTP actions; arguments have their own, which the engine checks.
const DEFAULT_MAX_BODY_BYTES = 20 << 20;
const DEFAULT_MAX_UPLOAD_BYTES = 100 << 20;

export interface FunctionApiOptions {
  /** `name|secret` or any secret; without one nobody is an admin. */
  readonly adminKey?: string;
  /** Told of every answered request. */
  readonly log?: LogSink;
  /** Hide error texts and log lines from clients, as production deployments do. */
  readonly redact?: boolean;
  /** What `/version` answers. */
  readonly version?: string;
  readonly maxBodyBytes?: number;
  readonly maxUploadBytes?: number;
  /** Makes the answer of a function from its JSON text; for callers in the same process, lighter than a network needs. */
  readonly respond?: (json: string, status: number) => Response;
  /** Reject with the engine's own failures (`EngineError`) in place of a 5xx answer: for callers in the same process. */
  readonly rejectFailures?: boolean;
}

export interface FunctionApi {
  /** The API (`/api/…`, `/version`), with HTTP actions under `/http/…`. */
  fetch(request: Request): Promise<Response>;
  /** The app's site: every path is an HTTP action's. */
  fetchSite(request: Request): Promise<Response>;
}

type Route = (context: ApiContext, exchange: Exchange, rest: string) => Promise<Response>;

const ROUTES: Record<string, Record<string, Route>> = {
  "/api/query": { POST: postFunction("query"), GET: getQuery },
  "/api/mutation": { POST: postFunction("mutation") },
  "/api/action": { POST: postFunction("action") },
  "/api/function": { POST: postAnyFunction },
  "/api/query_ts": { POST: postQueryTs },
  "/api/query_at_ts": { POST: postQueryAtTs },
  "/api/query_batch": { POST: postQueryBatch },
  "/api/storage/upload": { POST: postUpload },
  "/.well-known/jwks.json": { GET: async ({ host }) => Response.json(await host.jwks()) },
};

const PREFIXED_ROUTES: [string, Record<string, Route>][] = [
  ["/api/run/", { POST: postRun }],
  ["/api/storage/", { GET: getFile, HEAD: getFile }],
];

function findRoute(path: string): { methods: Record<string, Route>; rest: string } | undefined {
  if (Object.hasOwn(ROUTES, path)) return { methods: ROUTES[path] as Record<string, Route>, rest: "" };
  const prefixed = PREFIXED_ROUTES.find(([prefix]) => path.startsWith(prefix));
  return prefixed && { methods: prefixed[1], rest: path.slice(prefixed[0].length) };
}

function dispatch(context: ApiContext, exchange: Exchange): Promise<Response> {
  const { request, url } = exchange;
  const route = findRoute(url.pathname);
  // The stock CLI asks again for half a minute when it gets a 404: an unknown route is a bad request.
  if (route === undefined) {
    throw new ProtocolError(400, "UnsupportedRoute", `There is no ${request.method} ${url.pathname} here.`);
  }
  const handler = route.methods[request.method];
  if (handler === undefined) {
    const allow = Object.keys(route.methods).join(",");
    throw new ProtocolError(405, "MethodNotAllowed", `${url.pathname} takes ${allow}.`, { allow });
  }
  return handler(context, exchange, route.rest);
}

async function answer(
  context: ApiContext,
  exchange: Exchange,
  { version = "unknown", rejectFailures = false }: FunctionApiOptions,
): Promise<Response> {
  const { request, url } = exchange;
  if (url.pathname === "/version") return new Response(version);
  if (url.pathname === "/http" || url.pathname.startsWith("/http/"))
    return runHttpAction(context, exchange, siteUrl(url));
  if (isPreflight(request)) return addCorsHeaders(request, preflightResponse(request));
  try {
    return addCorsHeaders(request, await dispatch(context, exchange));
  } catch (error) {
    if (rejectFailures && error instanceof EngineError) throw error;
    const shown = toProtocolError(error);
    if (shown !== error) exchange.error = error;
    return addCorsHeaders(request, errorResponse(shown));
  }
}

/** Sixteen hex digits, as Convex's ids are: eight of this process, then a count. Randomness for each would cost a read. */
const PROCESS = randomBytes(4).toString("hex");
let requests = 0;
const nextRequestId = (): string => PROCESS + (requests++ >>> 0).toString(16).padStart(8, "0");

function respondOverNetwork(json: string, status: number): Response {
  return new Response(json, { status, headers: { "content-type": "application/json" } });
}

/** Serves an engine's functions over HTTP, to Convex's own clients among others. */
export function createFunctionApi(engine: FunctionHost, options: FunctionApiOptions = {}): FunctionApi {
  const context: ApiContext = {
    host: engine,
    adminKey: options.adminKey,
    redact: options.redact ?? false,
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    maxUploadBytes: options.maxUploadBytes ?? DEFAULT_MAX_UPLOAD_BYTES,
    respond: options.respond ?? respondOverNetwork,
  };

  async function logged(request: Request, serve: (exchange: Exchange) => Promise<Response>): Promise<Response> {
    const started = performance.now();
    const exchange: Exchange = { request, url: new URL(request.url), requestId: nextRequestId() };
    const response = await serve(exchange);
    options.log?.({
      requestId: exchange.requestId,
      method: request.method,
      path: exchange.url.pathname,
      status: response.status,
      milliseconds: performance.now() - started,
      ...(exchange.error === undefined ? {} : { error: exchange.error }),
    });
    return response;
  }

  return {
    fetch: (request) => logged(request, (exchange) => answer(context, exchange, options)),
    fetchSite: (request) => logged(request, (exchange) => runHttpAction(context, exchange, exchange.url)),
  };
}

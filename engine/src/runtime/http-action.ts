/** The app's own HTTP routes: the default export of `http.ts`. */
import { Execution } from "./execution.ts";
import type { Call, Runtime } from "./runtime.ts";
import { restoreData } from "./thrown.ts";

interface HttpAction {
  invokeHttpAction(request: Request): Promise<Response>;
}

/** What `httpRouter()` of the `convex` package makes. */
interface Router {
  readonly isRouter: true;
  lookup(path: string, method: string): readonly [HttpAction, string, string] | null;
  /** Each route's path, which ends with `*` where it is a prefix, and method. */
  getRoutes(): (readonly [string, string, HttpAction])[];
}

const MODULE = "http";

function isRouter(value: unknown): value is Router {
  return typeof value === "object" && value !== null && "isRouter" in value && value.isRouter === true;
}

async function loadRouter(runtime: Runtime, component: string): Promise<Router | null> {
  const registry = runtime.components.require(component);
  if (!registry.has(MODULE)) return null;
  const router = (await registry.load(MODULE))["default"];
  if (!isRouter(router)) throw new Error("The default export of `convex/http.js` is not a Router.");
  return router;
}

interface Found {
  readonly component: string;
  readonly action: HttpAction;
}

/**
 * How much of a path the routes of a router name: all of it, or a prefix. Of the listed routes, because what a router of
 * another make, such as Hono's, finds for a path need not be named by any.
 */
function namedBy(router: Router, path: string, method: string): number {
  const asked = method === "HEAD" ? "GET" : method;
  const lengths = router.getRoutes().map(([route, routeMethod]) => {
    if (routeMethod !== asked) return 0;
    if (route === path) return Number.POSITIVE_INFINITY;
    return route.endsWith("*") && path.startsWith(route.slice(0, -1)) ? route.length - 1 : 0;
  });
  return Math.max(0, ...lengths);
}

/**
 * The route that names most of the path, of the component itself or of those mounted in it: to each of them its own
 * paths begin where it is mounted. A sentence if there is none.
 */
async function findRoute(runtime: Runtime, component: string, path: string, method: string): Promise<Found | string> {
  const { components } = runtime;
  await components.prepare(component);
  const router = await loadRouter(runtime, component);
  const { mounts, httpPrefix } = await components.definitionOf(component);
  if (router === null && mounts.length === 0) return "This Convex deployment does not have HTTP actions enabled.";
  const ownPath = path.startsWith(httpPrefix) ? path.slice(httpPrefix.length - 1) : undefined;
  const [mount] = mounts
    .filter(({ prefix }) => path.startsWith(prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  const named = router === null || ownPath === undefined ? 0 : namedBy(router, ownPath, method);
  const isMountNearer = (prefix: string): boolean => named === 0 || prefix.length >= httpPrefix.length - 1 + named;
  if (mount !== undefined && isMountNearer(mount.prefix)) {
    const child = component === "" ? mount.child : `${component}/${mount.child}`;
    return findRoute(runtime, child, path.slice(mount.prefix.length - 1), method);
  }
  const match = ownPath === undefined ? undefined : router?.lookup(ownPath, method);
  return match ? { component, action: match[0] } : "No matching routes found";
}

/** By its shape: a library, or a test framework's realm, may have a class of its own. */
function isResponse(value: unknown): value is Response {
  return typeof value === "object" && value !== null && "status" in value && "headers" in value && "body" in value;
}

/** Rejects with what the action throws. */
export async function runHttpAction(runtime: Runtime, request: Request, entry: string, call: Call): Promise<Response> {
  const found = await findRoute(runtime, entry, new URL(request.url).pathname, request.method);
  if (typeof found === "string") return new Response(found, { status: 404 });
  const { component, action } = found;
  // Identity is the app's own.
  const identity = component === entry ? call.identity : null;
  const execution = new Execution({ runtime, kind: "action", component, path: MODULE, ...call, identity });
  try {
    // Not ended when it answers: what it still streams may go on using its ctx.
    const response: unknown = await execution.run(() => action.invokeHttpAction(request));
    if (!isResponse(response)) throw new Error("HTTP actions must return a Response");
    return response;
  } catch (error) {
    execution.end();
    throw restoreData(error);
  }
}

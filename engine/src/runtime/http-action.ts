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

/** A component's own route, and how much of the path it names: all of it, or a prefix. */
function ownRoute(router: Router | null, path: string, method: string, httpPrefix: string) {
  if (router === null || !path.startsWith(httpPrefix)) return undefined;
  const below = path.slice(httpPrefix.length - 1);
  const match = router.lookup(below, method);
  if (match === null) return undefined;
  const [action, , route] = match;
  return {
    action,
    length: route === below ? Number.POSITIVE_INFINITY : httpPrefix.length - 1 + route.length - "*".length,
  };
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
  const own = ownRoute(router, path, method, httpPrefix);
  const mount = mounts
    .filter(({ prefix }) => path.startsWith(prefix) && prefix.length >= (own?.length ?? 0))
    .sort((a, b) => b.prefix.length - a.prefix.length)[0];
  if (mount !== undefined) {
    const child = component === "" ? mount.child : `${component}/${mount.child}`;
    return findRoute(runtime, child, path.slice(mount.prefix.length - 1), method);
  }
  return own === undefined ? "No matching routes found" : { component, action: own.action };
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

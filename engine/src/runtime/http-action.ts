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

const notFound = (message: string): Response => new Response(message, { status: 404 });

/** The same request for a component that is mounted under a prefix of the app's paths. */
function withPath(request: Request, path: string): Request {
  const url = new URL(request.url);
  url.pathname = path;
  return new Request(url, request);
}

/** By its shape: a library, or a test framework's realm, may have a class of its own. */
function isResponse(value: unknown): value is Response {
  return typeof value === "object" && value !== null && "status" in value && "headers" in value && "body" in value;
}

/** Rejects with what the action throws. */
export async function runHttpAction(
  runtime: Runtime,
  request: Request,
  component: string,
  call: Call,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const mount = component === "" ? await runtime.components.mountFor(pathname) : undefined;
  if (mount !== undefined) {
    // Identity is the app's own.
    return runHttpAction(runtime, withPath(request, mount.path), mount.component, { ...call, identity: null });
  }
  await runtime.components.prepare(component);
  const router = await loadRouter(runtime, component);
  if (router === null) return notFound("This Convex deployment does not have HTTP actions enabled.");
  const match = router.lookup(pathname, request.method);
  if (match === null) return notFound("No matching routes found");
  const execution = new Execution({ runtime, kind: "action", component, path: MODULE, ...call });
  try {
    // Not ended when it answers: what it still streams may go on using its ctx.
    const response: unknown = await execution.run(() => match[0].invokeHttpAction(request));
    if (!isResponse(response)) throw new Error("HTTP actions must return a Response");
    return response;
  } catch (error) {
    execution.end();
    throw restoreData(error);
  }
}

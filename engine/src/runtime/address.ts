/** Names of functions: `dir/mod:fn`, in the component they belong to. */

export interface FunctionPath {
  readonly component: string;
  /** `dir/mod:fn`, or `dir/mod` for a default export. */
  readonly path: string;
  /** Named by its component's parent, who sees public functions only. */
  readonly isExport?: boolean;
}

/** What the `convex` package sends for a function reference. */
export interface FunctionAddress {
  name?: string;
  reference?: string;
  functionHandle?: string;
}

const CHILD = "_reference/childComponent/";

const MAX_KNOWN = 2_000;
const known = new Map<string, string>();

/** `dir/mod.js:default` and `dir/mod:default` are `dir/mod`. */
export function canonicalPath(name: string): string {
  let path = known.get(name);
  if (path === undefined) {
    path = canonicalize(name);
    // Callers from outside may send any name.
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(name, path);
  }
  return path;
}

function canonicalize(name: string): string {
  const colon = name.indexOf(":");
  const module = (colon < 0 ? name : name.slice(0, colon)).replace(/\.(js|ts)$/, "").replace(/^\.?\//, "");
  const fn = colon < 0 ? "default" : name.slice(colon + 1);
  return fn === "default" ? module : `${module}:${fn}`;
}

/** `dir/mod.js:fn`, as Convex shows paths. */
export function displayPath(path: string): string {
  const { module, name } = splitPath(path);
  return `${module}.js:${name}`;
}

/** What follows a function's path in messages, unless it is the app's own. */
export const inComponent = (component: string): string => (component === "" ? "" : ` in '${component}'`);

export function splitPath(path: string): { module: string; name: string } {
  const colon = path.indexOf(":");
  return colon < 0 ? { module: path, name: "default" } : { module: path.slice(0, colon), name: path.slice(colon + 1) };
}

/** The function an address means when `caller` uses it; a handle is resolved by `resolveHandle`. */
export function resolveAddress(
  address: FunctionAddress,
  caller: string,
  resolveHandle: (handle: string) => FunctionPath,
): FunctionPath {
  if (typeof address.functionHandle === "string") return resolveHandle(address.functionHandle);
  if (typeof address.name === "string") return { component: caller, path: canonicalPath(address.name) };
  const reference = address.reference;
  if (typeof reference !== "string" || !reference.startsWith(CHILD)) {
    throw new Error(`Invalid function reference ${JSON.stringify(reference)}`);
  }
  const [child, ...steps] = reference.slice(CHILD.length).split("/");
  const name = steps.pop();
  if (child === undefined || name === undefined || steps.length === 0) {
    throw new Error(`Invalid component reference ${reference}`);
  }
  return {
    component: caller === "" ? child : `${caller}/${child}`,
    path: canonicalPath(`${steps.join("/")}:${name}`),
    isExport: true,
  };
}

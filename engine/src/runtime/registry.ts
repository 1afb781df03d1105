/** The functions of one component, loaded when first called. */
import type { Kind, ModuleMap } from "../types.ts";
import { compileArgs, compileReturns } from "../validate/function-validators.ts";
import type { TableNames } from "../validate/validator.ts";
import type { Json } from "../values/json.ts";
import { type FunctionPath, inComponent, splitPath } from "./address.ts";
import { loadModule } from "./module-loading.ts";

export interface RegisteredFunction {
  readonly component: string;
  readonly path: string;
  readonly kind: Kind;
  readonly isPublic: boolean;
  /** Null, or the sentence to fail with. */
  readonly checkArgs: (args: Json[]) => string | null;
  /** Undefined: whatever it returns is right. */
  readonly checkReturns: ((value: Json) => string | null) | undefined;
  /** Takes and gives Convex-encoded JSON text. */
  readonly invoke: (argsJson: string, requestId: string) => Promise<string>;
}

/** What `query(…)`, `mutation(…)` and `action(…)` of the `convex` package make. */
interface ConvexFunction {
  isQuery?: boolean;
  isMutation?: boolean;
  isAction?: boolean;
  isPublic?: boolean;
  invokeQuery?(args: string): Promise<string>;
  invokeMutation?(args: string): Promise<string>;
  invokeAction?(requestId: string, args: string): Promise<string>;
  exportArgs(): string;
  exportReturns(): string;
}

const EXTENSION = /\.(ts|tsx|js|jsx|mts|mjs)$/;

/** Keys may be relative to some other directory; `_generated`, which lies in the functions directory, tells. */
function normalizeModules(modules: ModuleMap): Map<string, () => Promise<unknown>> {
  const keys = Object.keys(modules);
  const generated = keys.find((key) => key.includes("_generated/"));
  const prefix = generated?.slice(0, generated.indexOf("_generated/")) ?? "./";
  const entries = keys.map((key): [string, () => Promise<unknown>] => {
    const relative = key.startsWith(prefix) ? key.slice(prefix.length) : key;
    return [relative.replace(/^\.\//, "").replace(EXTENSION, ""), modules[key] as () => Promise<unknown>];
  });
  return new Map(entries);
}

function kindOf(fn: ConvexFunction): Kind | undefined {
  if (fn.isQuery) return "query";
  if (fn.isMutation) return "mutation";
  return fn.isAction ? "action" : undefined;
}

function isConvexFunction(value: unknown): value is ConvexFunction {
  return typeof value === "function" && kindOf(value as unknown as ConvexFunction) !== undefined;
}

function invoker(fn: ConvexFunction, kind: Kind): RegisteredFunction["invoke"] {
  const { invokeQuery, invokeMutation, invokeAction } = fn as Required<ConvexFunction>;
  if (kind === "query") return (argsJson) => invokeQuery(argsJson);
  if (kind === "mutation") return (argsJson) => invokeMutation(argsJson);
  return (argsJson, requestId) => invokeAction(requestId, argsJson);
}

export class FunctionRegistry {
  readonly component: string;
  readonly #modules: Map<string, () => Promise<unknown>>;
  readonly #exports = new Map<string, Record<string, unknown>>();
  readonly #loaded = new Map<string, Promise<Record<string, unknown>>>();
  readonly #functions = new Map<string, RegisteredFunction>();
  readonly #tables: TableNames;
  readonly #variables: () => Readonly<Record<string, string>>;

  /** @param variables the component's environment, as of now */
  constructor(
    component: string,
    modules: ModuleMap,
    tables: TableNames,
    variables: () => Readonly<Record<string, string>>,
  ) {
    this.#variables = variables;
    this.component = component;
    this.#modules = normalizeModules(modules);
    this.#tables = tables;
  }

  has(module: string): boolean {
    return this.#modules.has(module);
  }

  get moduleNames(): string[] {
    return [...this.#modules.keys()];
  }

  /**
   * Loaded once, for all calls, whichever needs it first; a failure to load is not remembered, the next call tries
   * again.
   */
  load(module: string): Promise<Record<string, unknown>> {
    const loaded = this.#loaded.get(module);
    if (loaded !== undefined) return loaded;
    const loader = this.#modules.get(module);
    if (loader === undefined) return Promise.reject(new Error(`Could not find module "${module}"`));
    const loading = Promise.resolve(loadModule(loader, this.#variables)) as Promise<Record<string, unknown>>;
    this.#loaded.set(module, loading);
    loading.then(
      (exports) => this.#exports.set(module, exports),
      () => this.#loaded.delete(module),
    );
    return loading;
  }

  /** What is known of a function without loading anything: an unloaded module may have it. */
  peek(path: string): RegisteredFunction | "no module" | "no function" | "not loaded" {
    const { module, name } = splitPath(path);
    if (!this.#modules.has(module)) return "no module";
    const exports = this.#exports.get(module);
    if (exports === undefined) return "not loaded";
    return isConvexFunction(exports[name]) ? this.#registered(path, exports) : "no function";
  }

  /** Synchronous for a function that was called before. */
  find(path: string): RegisteredFunction | Promise<RegisteredFunction> {
    return this.#functions.get(path) ?? this.#resolve(path);
  }

  async #resolve(path: string): Promise<RegisteredFunction> {
    const { module } = splitPath(path);
    if (!this.#modules.has(module)) throw notFound(this.component, path);
    return this.#registered(path, await this.load(module));
  }

  #registered(path: string, exports: Record<string, unknown>): RegisteredFunction {
    const known = this.#functions.get(path);
    if (known !== undefined) return known;
    const exported = exports[splitPath(path).name];
    if (!isConvexFunction(exported)) throw notFound(this.component, path);
    const registered = this.register(path, exported);
    this.#functions.set(path, registered);
    return registered;
  }

  /** Makes a callable of a function of the `convex` package. */
  register(path: string, fn: ConvexFunction): RegisteredFunction {
    const kind = kindOf(fn) as Kind;
    const exportedReturns = fn.exportReturns();
    return {
      component: this.component,
      path,
      kind,
      isPublic: fn.isPublic === true,
      checkArgs: compileArgs(fn.exportArgs(), this.#tables),
      checkReturns: exportedReturns === "null" ? undefined : compileReturns(exportedReturns, this.#tables),
      invoke: invoker(fn, kind),
    };
  }
}

/** A component's internal functions are its own: to its parent they are not there. */
export function requireVisible({ isExport }: FunctionPath, fn: RegisteredFunction): RegisteredFunction {
  if (isExport && !fn.isPublic) throw new Error(`Component '${fn.component}' does not export '${fn.path}'.`);
  return fn;
}

export function notFound(component: string, path: string): Error {
  return new Error(
    `Could not find public function for '${path}'${inComponent(component)}. Did you forget to run \`npx convex dev\` or \`npx convex deploy\`?`,
  );
}

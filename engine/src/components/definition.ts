/** What `convex.config.ts` says: the components a component uses, the environment each is given, and HTTP mounts. */
import type { FunctionRegistry } from "../runtime/registry.ts";

const MODULE = "convex.config";

type EnvSource = { type: "value"; value: string } | { type: "envVar"; name: string };

/** What `.export()` of a definition of the `convex` package gives. */
interface ExportedDefinition {
  childComponents: { name: string; env: [string, EnvSource][] | null }[];
  httpMounts: Record<string, string>;
  httpPrefix?: string;
}

export interface ComponentDefinition {
  /** Environment of each child, by its name. */
  readonly children: ReadonlyMap<string, ReadonlyMap<string, EnvSource>>;
  /** Path prefixes, each with the child that answers there. */
  readonly mounts: readonly { prefix: string; child: string }[];
  /** Where routes of its own `http.ts` begin; mounts are not below it. */
  readonly httpPrefix: string;
}

const NONE: ComponentDefinition = { children: new Map(), mounts: [], httpPrefix: "/" };

const PATH = "componentDefinitionPath";
/** Configurations being loaded, of all engines. */
let loading = 0;

/**
 * Convex's bundler gives imported component definitions a path, without which `use` refuses them. Outside of it a
 * definition's own name serves: it is given to a definition when `use` asks for it while a configuration is loaded,
 * and stays its own.
 */
function lendPaths(): void {
  if (loading++ > 0) return;
  Object.defineProperty(Object.prototype, PATH, {
    configurable: true,
    get(this: Record<string, unknown>) {
      if (!Object.hasOwn(this, "_childComponents")) return undefined;
      const value = this["_name"];
      Object.defineProperty(this, PATH, { value, writable: true, configurable: true });
      return value;
    },
    set(this: object, value: unknown) {
      Object.defineProperty(this, PATH, { value, writable: true, configurable: true, enumerable: true });
    },
  });
}

function takePathsBack(): void {
  if (--loading === 0) Reflect.deleteProperty(Object.prototype, PATH);
}

function childOf(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

/** Modules that only Convex's bundler finds. */
function isUnresolved(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return /^ERR_(MODULE_NOT_FOUND|PACKAGE_|UNSUPPORTED_DIR_IMPORT|UNKNOWN_FILE_EXTENSION)/.test(String(error.code));
}

function isDefinition(value: unknown): value is { export(): ExportedDefinition } {
  return typeof value === "object" && value !== null && "export" in value && typeof value.export === "function";
}

/**
 * Configurations are written for Convex's bundler, and some of those on npm import what cannot be found without it.
 * Such a one says nothing here: its children run, without variables of their own.
 */
async function exportDefinition(registry: FunctionRegistry): Promise<ExportedDefinition | undefined> {
  lendPaths();
  try {
    const { default: definition } = await registry.load(MODULE);
    if (!isDefinition(definition)) throw new Error("its default export is no app or component definition");
    return definition.export();
  } catch (cause) {
    if (isUnresolved(cause)) return undefined;
    const where = registry.component === "" ? "the app" : `component "${registry.component}"`;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The configuration (${MODULE}) of ${where} failed: ${message}`, { cause });
  } finally {
    takePathsBack();
  }
}

export async function loadDefinition(registry: FunctionRegistry): Promise<ComponentDefinition> {
  const exported = registry.has(MODULE) ? await exportDefinition(registry) : undefined;
  if (exported === undefined) return NONE;
  return {
    children: new Map(exported.childComponents.map(({ name, env }) => [name, new Map(env ?? [])])),
    mounts: Object.entries(exported.httpMounts).map(([prefix, reference]) => ({ prefix, child: childOf(reference) })),
    httpPrefix: exported.httpPrefix ?? "/",
  };
}

/** Paths of components: `workflow/workpool` is the child `workpool` of `workflow`. */
export function parentOf(component: string): { parent: string; name: string } {
  const slash = component.lastIndexOf("/");
  return slash < 0
    ? { parent: "", name: component }
    : { parent: component.slice(0, slash), name: component.slice(slash + 1) };
}

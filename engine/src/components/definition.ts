/** What `convex.config.ts` says: the components a component uses, the environment each is given, and HTTP mounts. */
import type { FunctionRegistry } from "../runtime/registry.ts";

const MODULE = "convex.config";

type EnvSource = { type: "value"; value: string } | { type: "envVar"; name: string };

/** What `.export()` of a definition of the `convex` package gives. */
interface ExportedDefinition {
  childComponents: { name: string; env: [string, EnvSource][] | null }[];
  httpMounts: Record<string, string>;
}

export interface ComponentDefinition {
  /** Environment of each child, by its name. */
  readonly children: ReadonlyMap<string, ReadonlyMap<string, EnvSource>>;
  /** Path prefixes, each with the child that answers there. */
  readonly mounts: readonly { prefix: string; child: string }[];
}

const NONE: ComponentDefinition = { children: new Map(), mounts: [] };

/**
 * Convex's bundler gives imported component definitions a path, without which `use` refuses them. Outside of it a
 * definition's own name serves: it is lent to definitions while a configuration is being loaded.
 */
async function loadWithPaths(registry: FunctionRegistry): Promise<Record<string, unknown>> {
  Object.defineProperty(Object.prototype, "componentDefinitionPath", {
    configurable: true,
    get(this: Record<string, unknown>) {
      return Object.hasOwn(this, "_childComponents") ? this["_name"] : undefined;
    },
    set(this: object, value: unknown) {
      Object.defineProperty(this, "componentDefinitionPath", { value, writable: true, configurable: true });
    },
  });
  try {
    return await registry.load(MODULE);
  } finally {
    Reflect.deleteProperty(Object.prototype, "componentDefinitionPath");
  }
}

function childOf(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

/**
 * Configurations are written for Convex's bundler, and some of those on npm cannot be loaded without it. Such a one
 * says nothing here: its children run, without variables of their own.
 */
async function exportDefinition(registry: FunctionRegistry): Promise<ExportedDefinition | undefined> {
  try {
    const { default: definition } = await loadWithPaths(registry);
    return (definition as { export(): ExportedDefinition }).export();
  } catch {
    return undefined;
  }
}

export async function loadDefinition(registry: FunctionRegistry): Promise<ComponentDefinition> {
  const exported = registry.has(MODULE) ? await exportDefinition(registry) : undefined;
  if (exported === undefined) return NONE;
  return {
    children: new Map(exported.childComponents.map(({ name, env }) => [name, new Map(env ?? [])])),
    mounts: Object.entries(exported.httpMounts).map(([prefix, reference]) => ({ prefix, child: childOf(reference) })),
  };
}

/** Paths of components: `workflow/workpool` is the child `workpool` of `workflow`. */
export function parentOf(component: string): { parent: string; name: string } {
  const slash = component.lastIndexOf("/");
  return slash < 0
    ? { parent: "", name: component }
    : { parent: component.slice(0, slash), name: component.slice(slash + 1) };
}

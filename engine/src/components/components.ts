import type { Environment } from "../runtime/environment.ts";
import type { FunctionRegistry } from "../runtime/registry.ts";
import { type ComponentDefinition, loadDefinition, parentOf } from "./definition.ts";

/** The components of an engine: their functions, and what their parents' configuration gives them. */
export class Components {
  readonly #environment: Environment;
  readonly #registries = new Map<string, FunctionRegistry>();
  readonly #definitions = new Map<string, Promise<ComponentDefinition>>();
  readonly #deployed = new Map<string, Promise<void>>();
  readonly #ready = new Set<string>([""]);

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** @param deployed where its schema can only be deployed after a mutation that is under way */
  add(registry: FunctionRegistry, deployed?: Promise<void>): void {
    this.#registries.set(registry.component, registry);
    if (deployed !== undefined) this.#deployed.set(registry.component, deployed);
    this.#definitions.delete(registry.component);
    if (registry.component !== "") this.#ready.delete(registry.component);
  }

  get(component: string): FunctionRegistry | undefined {
    return this.#registries.get(component);
  }

  require(component: string): FunctionRegistry {
    const registry = this.#registries.get(component);
    if (registry === undefined) throw new Error(`Component "${component}" is not registered.`);
    return registry;
  }

  all(): FunctionRegistry[] {
    return [...this.#registries.values()];
  }

  definitionOf(component: string): Promise<ComponentDefinition> {
    let definition = this.#definitions.get(component);
    if (definition === undefined) {
      definition = loadDefinition(this.require(component));
      this.#definitions.set(component, definition);
      definition.catch(() => this.#definitions.delete(component));
    }
    return definition;
  }

  isReady(component: string): boolean {
    return this.#ready.has(component);
  }

  /** Gives a component the environment that its parents' configuration says, before its first function runs. */
  async prepare(component: string): Promise<void> {
    if (this.#ready.has(component)) return;
    await this.#deployed.get(component);
    const { parent, name } = parentOf(component);
    if (this.#registries.has(parent)) {
      await this.prepare(parent);
      const given = (await this.definitionOf(parent)).children.get(name);
      if (given !== undefined) this.#environment.setComponent(component, parent, given);
    }
    this.#ready.add(component);
  }
}

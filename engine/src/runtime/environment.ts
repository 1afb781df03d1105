export type Variables = Readonly<Record<string, string>>;

/** Where a component's variable comes from: its parent's configuration, or a variable of its parent's. */
export type VariableSource = { type: "value"; value: string } | { type: "envVar"; name: string };

interface ComponentVariables {
  readonly parent: string;
  readonly sources: ReadonlyMap<string, VariableSource>;
}

const ignored = (): boolean => true;

/** What is assigned to `process.env` is ignored, as on Convex. */
export const IGNORING_WRITES = { set: ignored, deleteProperty: ignored, defineProperty: ignored };

/** Nothing can be written, and there is nothing in it that is no variable. */
function readOnly(variables: Variables): Variables {
  const own = Object.assign(Object.create(null), variables) as Variables;
  return new Proxy(own, IGNORING_WRITES);
}

/** The deployment's environment variables: `process.env` of its functions, and of nobody else. */
export class Environment {
  readonly #urls: Variables;
  readonly #configured: Variables;
  #stored: Variables = {};
  readonly #components = new Map<string, ComponentVariables>();
  readonly #visible = new Map<string, Variables>();

  constructor(urls: { cloudUrl: string; siteUrl: string }, configured: Variables) {
    this.#urls = { CONVEX_CLOUD_URL: urls.cloudUrl, CONVEX_SITE_URL: urls.siteUrl };
    this.#configured = configured;
  }

  /** Variables set at run time come before those the engine was created with. */
  setStored(stored: Variables): void {
    this.#stored = stored;
    this.#visible.clear();
  }

  setComponent(component: string, parent: string, sources: ReadonlyMap<string, VariableSource>): void {
    this.#components.set(component, { parent, sources });
    this.#visible.delete(component);
  }

  of(component: string): Variables {
    let visible = this.#visible.get(component);
    if (visible === undefined) {
      visible = readOnly({ ...this.#urls, ...this.#own(component) });
      this.#visible.set(component, visible);
    }
    return visible;
  }

  /** A component sees what it was given, and nothing of what its parent has besides. */
  #own(component: string): Variables {
    if (component === "") return { ...this.#configured, ...this.#stored };
    const { parent = "", sources = new Map<string, VariableSource>() } = this.#components.get(component) ?? {};
    const own: Record<string, string> = {};
    for (const [name, source] of sources) {
      const value = source.type === "value" ? source.value : this.of(parent)[source.name];
      if (value !== undefined) own[name] = value;
    }
    return own;
  }
}

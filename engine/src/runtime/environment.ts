/** The deployment's environment variables: `process.env` of its functions, and of nobody else. */
export class Environment {
  readonly #urls: Record<string, string>;
  readonly #configured: Readonly<Record<string, string>>;
  #stored: Readonly<Record<string, string>> = {};
  /** What each component declares, from names in its own environment to where the values come from. */
  readonly #components = new Map<string, Readonly<Record<string, string>>>();
  #app: Readonly<Record<string, string>> | undefined;

  constructor(urls: { cloudUrl: string; siteUrl: string }, configured: Readonly<Record<string, string>>) {
    this.#urls = { CONVEX_CLOUD_URL: urls.cloudUrl, CONVEX_SITE_URL: urls.siteUrl };
    this.#configured = configured;
  }

  /** Variables set at run time come before those the engine was created with. */
  setStored(stored: Readonly<Record<string, string>>): void {
    this.#stored = stored;
    this.#app = undefined;
  }

  /** A component sees the variables it was given, and the deployment's URLs. */
  setComponent(component: string, env: Readonly<Record<string, string>>): void {
    this.#components.set(component, Object.freeze({ ...this.#urls, ...env }));
  }

  of(component: string): Readonly<Record<string, string>> {
    if (component !== "") return this.#components.get(component) ?? this.#urls;
    this.#app ??= Object.freeze({ ...this.#urls, ...this.#configured, ...this.#stored });
    return this.#app;
  }
}

import { randomUUID } from "node:crypto";
import { actionGeneric, getFunctionAddress, mutationGeneric, queryGeneric } from "convex/server";
import { convexToJson, jsonToConvex, type Value } from "convex/values";
import { type Authenticator, createAuthenticator } from "./auth/authenticator.ts";
import { deploymentJwks } from "./auth/deployment-jwt.ts";
import type { IdentityJson } from "./auth/identity.ts";
import { EngineError } from "./errors.ts";
import { fileOfKey } from "./files/file-key.ts";
import { fileMetadata, readFile, storeFile } from "./files/files.ts";
import { readUploadToken } from "./files/upload-token.ts";
import type { FunctionHost, JsonCall, StoredFile } from "./http/host.ts";
import { type FunctionAddress, type FunctionPath, resolveAddress } from "./runtime/address.ts";
import type { Conflicts } from "./runtime/conflicts.ts";
import { Environment } from "./runtime/environment.ts";
import { FunctionLog } from "./runtime/function-log.ts";
import { installHost } from "./runtime/host.ts";
import { runHttpAction } from "./runtime/http-action.ts";
import { FunctionRegistry } from "./runtime/registry.ts";
import { type Call, Runtime } from "./runtime/runtime.ts";
import { Scheduler } from "./scheduler/scheduler.ts";
import { backUp, checkIntegrity } from "./store/backup.ts";
import { bumpCatalog } from "./store/catalog.ts";
import { now, outside } from "./store/clock.ts";
import type { Connection } from "./store/connection.ts";
import { HeldSnapshots } from "./store/held-snapshots.ts";
import { Store } from "./store/store.ts";
import { changeEnvironment, checkEnvKey, type EnvChange, readEnvironment } from "./store/stored-environment.ts";
import type {
  CallOptions,
  EngineOptions,
  FnRef,
  Identity,
  Kind,
  LogLine,
  ModuleMap,
  RequestInfo,
  Schema,
} from "./types.ts";
import { parseSchema } from "./validate/schema.ts";
import type { Json } from "./values/json.ts";

const DEFAULT_IDLE_DEADLINE_MS = 3_000;
const DEFAULT_DEPLOYMENT = { name: "local", region: null, class: "s16" };
// Where the `convex` CLI's own local deployments listen.
const DEFAULT_CLOUD_URL = "http://127.0.0.1:3210";
const DEFAULT_SITE_URL = "http://127.0.0.1:3211";

type Args = Record<string, Value>;

function printToConsole({ level }: LogLine, args: unknown[]): void {
  // biome-ignore lint/suspicious/noConsole: where functions print unless the options say otherwise
  outside(() => console[level](...args));
}

function parseSchemas(options: EngineOptions) {
  const all = { "": { schema: options.schema }, ...options.components };
  return Object.entries(all).map(
    ([component, { schema }]) => [component, schema ? parseSchema(schema) : schema] as const,
  );
}

function printScheduledError(error: unknown, { path }: { path: string }): void {
  // biome-ignore lint/suspicious/noConsole: where it is said unless the options say otherwise
  outside(() => console.error(`Error when running scheduled function ${path}`, error));
}

export class Engine implements FunctionHost {
  /** Scheduled functions. */
  readonly scheduler: Pick<Scheduler, "inFlight" | "idle">;
  readonly #scheduler: Scheduler;
  readonly #store: Store;
  readonly #runtime: Runtime;
  readonly #snapshots: HeldSnapshots;
  readonly #authenticator: Authenticator;
  readonly #onLog: EngineOptions["onLog"];
  readonly #environment: Environment;
  readonly #envKey: Uint8Array | undefined;

  constructor(options: EngineOptions) {
    installHost();
    const schemas = parseSchemas(options);
    this.#onLog = options.onLog;
    this.#authenticator = createAuthenticator(options.auth);
    this.#store = new Store(options.storage, {
      recordsAccess: options.recordConflicts ?? false,
      exactSearch: options.exactSearch ?? false,
    });
    this.#snapshots = new HeldSnapshots(this.#store);
    for (const [component, schema] of schemas) void this.#store.deploy(component, schema);
    const cloudUrl = options.cloudUrl ?? DEFAULT_CLOUD_URL;
    const siteUrl = options.siteUrl ?? DEFAULT_SITE_URL;
    this.#environment = new Environment({ cloudUrl, siteUrl }, options.env ?? {});
    this.#envKey = options.envKey;
    if (this.#envKey !== undefined) checkEnvKey(this.#envKey);
    this.#runtime = new Runtime({
      store: this.#store,
      secret: this.#store.secret,
      deployment: options.deployment ?? DEFAULT_DEPLOYMENT,
      limits: options.limits ?? true,
      idleDeadlineMs: options.idleDeadlineMs ?? DEFAULT_IDLE_DEADLINE_MS,
      cloudUrl,
      environment: this.#environment,
    });
    this.#loadEnvironment(this.#store.writerConnection);
    this.#store.onForeignChange = (connection) => this.#loadEnvironment(connection);
    this.#addFunctions("", options.modules);
    for (const [component, { modules }] of Object.entries(options.components ?? {})) {
      this.#addFunctions(component, modules);
    }
    this.#scheduler = new Scheduler({
      runtime: this.#runtime,
      newCall: (scheduledFunctionId) => this.#callOf(null, {}, undefined, scheduledFunctionId),
      onError: options.onScheduledError ?? printScheduledError,
      isIdle: options.scheduler === false,
      runsCrons: options.crons ?? options.storage.kind === "file",
    });
    this.#runtime.setScheduler(this.#scheduler);
    this.scheduler = this.#scheduler;
  }

  #loadEnvironment(connection: Connection): void {
    if (this.#envKey !== undefined) this.#environment.setStored(readEnvironment(connection, this.#envKey));
  }

  #addFunctions(component: string, modules: ModuleMap, deployed?: Promise<void>): void {
    const tables = { tableNameOf: (number: number) => this.#store.tableNameOf(component, number) };
    this.#runtime.components.add(
      new FunctionRegistry(component, modules, tables, () => this.#runtime.envOf(component)),
      deployed,
    );
  }

  // biome-ignore lint/suspicious/noExplicitAny: only the caller knows what the function returns
  query(ref: FnRef, args?: Args, options?: CallOptions): Promise<any> {
    return this.#call("query", ref, args, options);
  }

  // biome-ignore lint/suspicious/noExplicitAny: only the caller knows what the function returns
  mutation(ref: FnRef, args?: Args, options?: CallOptions): Promise<any> {
    return this.#call("mutation", ref, args, options);
  }

  // biome-ignore lint/suspicious/noExplicitAny: only the caller knows what the function returns
  action(ref: FnRef, args?: Args, options?: CallOptions): Promise<any> {
    return this.#call("action", ref, args, options);
  }

  async #call(kind: Kind, ref: FnRef, args: Args | undefined, options: CallOptions = {}): Promise<unknown> {
    const found = this.#runtime.findForCall(this.#pathOf(ref, options.component ?? ""), kind, false);
    const fn = found instanceof Promise ? await found : found;
    const json = convexToJson(args ?? {}) as Json;
    const call = this.#callOf(options.identity, options.request);
    const result = await this.#runtime.call(fn, JSON.stringify(json), call, json);
    return jsonToConvex(JSON.parse(result));
  }

  #pathOf(ref: FnRef, component: string): FunctionPath {
    const address = getFunctionAddress(ref) as FunctionAddress;
    return resolveAddress(address, component, (handle) => this.#runtime.handles.resolve(handle));
  }

  #callOf(
    identity: Identity | undefined,
    info: RequestInfo = {},
    onLog?: (line: LogLine) => void,
    scheduledFunctionId: string | null = null,
  ): Call {
    const requestId = info.requestId ?? randomUUID();
    return {
      identity: identity ?? null,
      request: {
        ip: info.ip ?? null,
        userAgent: info.userAgent ?? null,
        requestId,
        scheduledFunctionId,
        authToken: info.authToken ?? null,
      },
      log: new FunctionLog(requestId, (line, args) => {
        onLog?.(line);
        if (this.#onLog === undefined) printToConsole(line, args);
        else this.#onLog(line);
      }),
    };
  }

  /** Runs a handler that is registered nowhere, with the ctx of its kind. */
  // biome-ignore lint/suspicious/noExplicitAny: a ctx has the types of whoever wrote the handler
  async inline<T>(kind: Kind, handler: (ctx: any) => T | Promise<T>, options: CallOptions = {}): Promise<T> {
    const builder = { query: queryGeneric, mutation: mutationGeneric, action: actionGeneric }[kind];
    const registry = this.#runtime.components.require(options.component ?? "");
    const fn = registry.register("inline", builder({ handler }) as never);
    const result = await this.#runtime.call(fn, "{}", this.#callOf(options.identity, options.request));
    return jsonToConvex(JSON.parse(result)) as T;
  }

  /** One call for the HTTP API: arguments and result stay Convex-encoded JSON text. */
  async invokeJson(json: JsonCall): Promise<string> {
    const target = this.#pathOf(json.path, json.component ?? "");
    const fn = await this.#runtime.findForCall(target, json.kind, json.publicOnly ?? false);
    const call = this.#callOf(json.identity, json.request, json.onLog);
    if (json.ts === undefined) return this.#runtime.call(fn, json.argsJson, call);
    this.#runtime.checkArgs(fn, json.argsJson);
    return this.#snapshots.read(json.ts, (tx) => this.#runtime.queryIn(tx, fn, json.argsJson, call));
  }

  /**
   * Answers a request by the default export of `http.ts`. Without an identity the request's own bearer token tells
   * who asks; one that proves nothing is nobody's, because an HTTP action may use the header for itself.
   */
  async fetch(request: Request, options: CallOptions = {}): Promise<Response> {
    const identity = options.identity === undefined ? await this.#identityOf(request) : options.identity;
    return runHttpAction(this.#runtime, request, options.component ?? "", this.#callOf(identity, options.request));
  }

  async #identityOf(request: Request): Promise<Identity> {
    const token = /^bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (token === undefined) return null;
    return this.#authenticator(token).catch(() => null);
  }

  authenticate(token: string): Promise<IdentityJson> {
    return this.#authenticator(token);
  }

  holdSnapshot(): Promise<bigint> {
    return this.#snapshots.hold();
  }

  async upload(token: string, file: Blob): Promise<string | null> {
    const component = readUploadToken(this.#runtime.secret, token, now());
    if (component === null) return null;
    const bytes = new Uint8Array(await file.arrayBuffer());
    return this.#store.write(async (tx) => storeFile(tx, component, bytes, file.type || null));
  }

  async download(key: string): Promise<StoredFile | null> {
    const storageId = fileOfKey(this.#runtime.secret, key);
    if (storageId === null) return null;
    return this.#store.read(async (tx) => {
      const metadata = fileMetadata(tx, undefined, storageId);
      const bytes = readFile(tx, undefined, storageId);
      if (metadata === null || bytes === null) return null;
      const { contentType, sha256 } = metadata;
      return { body: new Blob([new Uint8Array(bytes)]), contentType, sha256 };
    });
  }

  registerComponent(path: string, schema: Schema, modules: ModuleMap): void {
    const deployed = this.#store.deploy(path, schema ? parseSchema(schema) : null);
    this.#addFunctions(path, modules, deployed);
  }

  /** Sets or, with null, removes environment variables: all of them, or none. They are stored sealed under `envKey`. */
  async setEnv(changes: readonly EnvChange[]): Promise<void> {
    const key = this.#envKey;
    if (key === undefined) throw new EngineError("no_env_key");
    await this.#store.write(async (tx) => {
      changeEnvironment(tx.connection, key, changes);
      // Other processes read the variables anew when the catalog's version has moved.
      tx.catalog = bumpCatalog(tx.connection);
      const stored = readEnvironment(tx.connection, key);
      tx.afterCommit(() => this.#environment.setStored(stored));
    });
  }

  /** The names of the stored environment variables. Their values are for functions alone. */
  envNames(): Promise<string[]> {
    return this.#store.read(async ({ connection }) => {
      return connection.rows("SELECT name FROM env ORDER BY name").map(([name]) => String(name));
    });
  }

  /** Copies the database as it is at one moment into a file of its own, while it is in use. */
  backup(path: string): Promise<void> {
    return this.#store.read(async ({ connection }) => backUp(connection, path));
  }

  /** The public keys of tokens that functions sign with `ctx.auth.signJwt`. */
  jwks(): Promise<{ keys: object[] }> {
    return this.#store.read(async ({ connection }) => deploymentJwks(connection));
  }

  /** What is wrong with the file; nothing, if all is well. */
  integrityCheck(): Promise<string[]> {
    return this.#store.read(async ({ connection }) => checkIntegrity(connection));
  }

  /** What would conflict on Convex; with `recordConflicts` only. */
  get conflicts(): Conflicts {
    return this.#runtime.conflicts;
  }

  /** Runs what is due now, cron jobs included, and waits for it. */
  tick(): Promise<void> {
    return this.#scheduler.tick();
  }

  async close(): Promise<void> {
    await this.#scheduler.close();
    this.#snapshots.close();
    await this.#store.close();
    this.#runtime.close();
  }
}

import { randomUUID } from "node:crypto";
import { actionGeneric, getFunctionAddress, mutationGeneric, queryGeneric } from "convex/server";
import { convexToJson, jsonToConvex, type Value } from "convex/values";
import { type Authenticator, createAuthenticator } from "./auth/authenticator.ts";
import type { IdentityJson } from "./auth/identity.ts";
import type { JsonCall } from "./http/host.ts";
import type { FunctionAddress, FunctionPath } from "./runtime/address.ts";
import { resolveAddress } from "./runtime/address.ts";
import type { RequestMetadata } from "./runtime/execution.ts";
import { installHost } from "./runtime/host.ts";
import { runHttpAction } from "./runtime/http-action.ts";
import { FunctionRegistry } from "./runtime/registry.ts";
import { type Call, Runtime } from "./runtime/runtime.ts";
import { fileSecret } from "./runtime/secret.ts";
import { HeldSnapshots } from "./store/held-snapshots.ts";
import { Store } from "./store/store.ts";
import type { CallOptions, EngineOptions, FnRef, Identity, Kind, ModuleMap, RequestInfo, Schema } from "./types.ts";
import { parseSchema } from "./validate/schema.ts";

const DEFAULT_IDLE_DEADLINE_MS = 3_000;
const DEFAULT_DEPLOYMENT = { name: "local", region: null, class: "s16" };

type Args = Record<string, Value>;

export class Engine {
  readonly #store: Store;
  readonly #runtime: Runtime;
  readonly #snapshots: HeldSnapshots;
  readonly #authenticate: Authenticator;

  constructor(options: EngineOptions) {
    installHost();
    const schemas = Object.entries({ "": options, ...options.components }).map(
      ([component, { schema }]) => [component, schema ? parseSchema(schema) : null] as const,
    );
    this.#store = new Store(options.storage);
    for (const [component, schema] of schemas) this.#store.deploy(component, schema);
    this.#runtime = new Runtime({
      store: this.#store,
      secret: fileSecret(this.#store),
      deployment: options.deployment ?? DEFAULT_DEPLOYMENT,
      limits: options.limits ?? true,
      idleDeadlineMs: options.idleDeadlineMs ?? DEFAULT_IDLE_DEADLINE_MS,
    });
    this.#snapshots = new HeldSnapshots(this.#store);
    this.#authenticate = createAuthenticator(options.auth);
    this.#addFunctions("", options.modules);
    for (const [component, { modules }] of Object.entries(options.components ?? {})) {
      this.#addFunctions(component, modules);
    }
  }

  #addFunctions(component: string, modules: ModuleMap): void {
    const tables = { tableNameOf: (number: number) => this.#store.tableNameOf(component, number) };
    this.#runtime.addRegistry(new FunctionRegistry(component, modules, tables));
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
    const fn = await this.#runtime.findForCall(this.#pathOf(ref, options.component ?? ""), kind, false);
    const argsJson = JSON.stringify(convexToJson(args ?? {}));
    const result = await this.#runtime.call(fn, argsJson, callOf(options.identity ?? null));
    return jsonToConvex(JSON.parse(result));
  }

  #pathOf(ref: FnRef, component: string): FunctionPath {
    const address = getFunctionAddress(ref) as FunctionAddress;
    return resolveAddress(address, component, (handle) => this.#runtime.handles.resolve(handle));
  }

  /** Runs a handler that is registered nowhere, with the ctx of its kind. */
  // biome-ignore lint/suspicious/noExplicitAny: a ctx has the types of whoever wrote the handler
  async inline<T>(kind: Kind, handler: (ctx: any) => T | Promise<T>, options: CallOptions = {}): Promise<T> {
    const builder = { query: queryGeneric, mutation: mutationGeneric, action: actionGeneric }[kind];
    const registry = this.#runtime.registryOf(options.component ?? "");
    const fn = registry.register("inline", builder({ handler }) as never);
    const result = await this.#runtime.call(fn, "{}", callOf(options.identity ?? null));
    return jsonToConvex(JSON.parse(result)) as T;
  }

  /** For the HTTP API: everything stays Convex-encoded JSON text. */
  async invokeJson(json: JsonCall): Promise<string> {
    const target = this.#pathOf(json.path, json.component ?? "");
    const fn = await this.#runtime.findForCall(target, json.kind, json.publicOnly ?? false);
    const call = callOf(json.identity ?? null, json.request);
    if (json.ts === undefined) return this.#runtime.call(fn, json.argsJson, call);
    this.#runtime.checkArgs(fn, json.argsJson);
    return this.#snapshots.read(json.ts, (tx) => this.#runtime.queryIn(tx, fn, json.argsJson, call));
  }

  /** Dispatches to the app's HTTP actions, the default export of `http.ts`. */
  fetch(request: Request, options: CallOptions & { request?: RequestInfo } = {}): Promise<Response> {
    return runHttpAction(this.#runtime, request, callOf(options.identity ?? null, options.request));
  }

  /** The identity that a token of one of the app's auth providers proves. Rejects with an AuthenticationError. */
  authenticate(token: string): Promise<IdentityJson> {
    return this.#authenticate(token);
  }

  /** Keeps the state of now readable for a while, for `invokeJson` with the timestamp this resolves with. */
  holdSnapshot(): Promise<bigint> {
    return this.#snapshots.hold();
  }

  registerComponent(path: string, schema: Schema, modules: ModuleMap): void {
    this.#store.deploy(path, schema ? parseSchema(schema) : null);
    this.#addFunctions(path, modules);
  }

  async close(): Promise<void> {
    this.#snapshots.close();
    await this.#store.close();
    this.#runtime.close();
  }
}

function callOf(identity: Identity, info: RequestInfo = {}): Call {
  const request: RequestMetadata = {
    ip: info.ip ?? null,
    userAgent: info.userAgent ?? null,
    requestId: info.requestId ?? randomUUID(),
    scheduledFunctionId: null,
    authToken: info.authToken ?? null,
  };
  return { identity, request };
}

/** The three layers in the two shapes users have them in: in one process, and in workerd before an engine over HTTP. */
import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { authConfigFor, components, modules, schema } from "@moorage/convex/modules.map";
import { createEngine, type Engine, type EngineOptions } from "@moorage/engine";
import { createFunctionApi } from "@moorage/engine/http";
import { serve } from "@moorage/engine/serve";
import { createApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import { SCOPES, type Scope } from "@moorage/shared/scopes";
import { type AppOptions, createApp } from "@moorage/worker/app";
import type { Bindings } from "@moorage/worker/env";
import { createBackend } from "moorage/backend/client";
import type { Backend, Door } from "moorage/backend/types";
import { createTestHarness } from "wrangler";

export interface KeyOptions {
  tenant?: string;
  scopes?: readonly Scope[];
  agent?: string;
  cidrs?: string[];
  expiresAt?: number;
}

/** One key of one tenant, and the functions as its holder reaches them. */
export interface Caller {
  tenant: string;
  keyId: string;
  secret: string;
  door: Door;
  backend: Backend;
}

/** The door's settings, without what only Cloudflare binds. */
type Settings = Omit<Bindings, "RATE_LIMITER" | "PRESENCE">;

export interface Host {
  engine: Engine;
  bindings: Settings;
  /** A new key; of a tenant of its own unless one is named. */
  admit(options?: KeyOptions): Promise<Caller>;
  /** Whoever holds this key, which one of the host's own functions made. */
  as(key: string): Pick<Caller, "door" | "backend">;
  close(): Promise<void>;
}

/** How a test would have the door work. */
type DoorOptions = Omit<AppOptions, "convexFetch">;

interface Watched {
  bindings?: Partial<Settings>;
  /** Is told of each call that reaches Convex. */
  watch?: ((path: string) => void) | undefined;
}

type Handler = (request: Request) => Promise<Response>;

function watched(handle: Handler, watch: Watched["watch"]): Handler {
  if (watch === undefined) return handle;
  return async (request) => {
    const { path } = (await request.clone().json()) as { path: string };
    watch(path);
    return handle(request);
  };
}

type Reach = Pick<Door, "address" | "fetch">;

/** Convex's side: an engine that believes one door, which is given the matching signing key. */
export function createConvex(options: Partial<EngineOptions> = {}) {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { d: _private, ...publicKey } = privateKey.export({ format: "jwk" });
  const signingKey = { ...privateKey.export({ format: "jwk" }), kid: randomUUID() };
  const jwks = JSON.stringify({ keys: [{ ...publicKey, kid: signingKey.kid, alg: "ES256", use: "sig" }] });
  const identity = { MOORAGE_ISSUER: "https://door.test", MOORAGE_AUDIENCE: `moorage-${randomUUID()}` };
  const engine = createEngine({
    schema,
    modules,
    components,
    storage: { kind: "memory" },
    auth: authConfigFor({
      ...identity,
      MOORAGE_JWKS: `data:application/json;base64,${Buffer.from(jwks).toString("base64")}`,
    }),
    env: { MOORAGE_MASTER_KEYS: keySet(), MOORAGE_AUDIT_KEYS: keySet() },
    ...options,
  });
  const bindings: Settings = {
    CONVEX_URL: "https://convex.test",
    MOORAGE_SIGNING_KEY: JSON.stringify(signingKey),
    ...identity,
  };
  return { engine, bindings };
}

/** A JWK set of symmetric keys; of several, the first is the current one. */
export function keySet(count = 1): string {
  const key = () => ({ kty: "oct", kid: randomUUID(), k: randomBytes(32).toString("base64url") });
  return JSON.stringify({ keys: Array.from({ length: count }, key) });
}

/** As embedded: everything in this process. */
export async function openInProcess(
  options: Partial<EngineOptions> = {},
  door: DoorOptions = {},
  { watch, ...more }: Watched = {},
): Promise<Host> {
  const { engine, bindings: own } = createConvex(options);
  const bindings = { ...own, ...more.bindings };
  const convex = watched(createFunctionApi(engine).fetch, watch);
  const app = createApp({
    convexFetch: (input, init) => convex(new Request(input, init)),
    clientAddress: () => "127.0.0.1",
    ...door,
  });
  const reach: Reach = {
    address: "https://door.test",
    fetch: async (input, init) => app.fetch(new Request(input, init), bindings),
  };
  return { engine, bindings, ...admission(engine, reach), close: async () => engine.close() };
}

/** As in the cloud: the Worker in workerd, and Convex behind it over HTTP. */
export async function openWorkerd(
  options: Partial<EngineOptions> = {},
  { watch, ...more }: Watched = {},
): Promise<Host> {
  const { engine, bindings } = createConvex(options);
  const server = await serve(watched(createFunctionApi(engine).fetch, watch), { host: "127.0.0.1", port: 0 });
  const vars = { ...bindings, ...more.bindings, CONVEX_URL: server.url };
  const harness = createTestHarness({
    workers: [{ configPath: fileURLToPath(new URL("../../worker/wrangler.jsonc", import.meta.url)), vars }],
  });
  const { url } = await harness.listen();
  return {
    engine,
    bindings: vars,
    ...admission(engine, { address: url.origin, fetch }),
    close: async () => {
      await harness.close();
      await server.close();
      await engine.close();
    },
  };
}

function admission(engine: Engine, reach: Reach): Pick<Host, "admit" | "as"> {
  const as = (key: string) => {
    const door: Door = { ...reach, apiKey: key, close: async () => {} };
    return { door, backend: createBackend(door, { clientName: () => "tests", readOnly: false }) };
  };
  return {
    as,
    async admit({ tenant = randomUUID(), scopes = SCOPES, ...bounds } = {}) {
      const { keyId, secret, text } = createApiKey();
      const key = {
        keyId,
        name: "test",
        scopes: [...scopes],
        proofHash: await proofHashOf(await proofOf(secret)),
        ...bounds,
      };
      await engine.mutation("tenants:provision", { tenant, keys: [key] });
      return { tenant, keyId, secret, ...as(text) };
    },
  };
}

export const HOSTS = [
  { name: "one process", open: openInProcess },
  { name: "workerd before an engine over HTTP", open: openWorkerd },
];

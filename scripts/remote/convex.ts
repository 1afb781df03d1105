/** The engine over HTTP, as a stand-in for a Convex deployment: it serves the same functions and believes one door. */
import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { authConfigFor, components, modules, schema } from "@moorage/convex/modules.map";
import { createEngine } from "@moorage/engine";
import { createFunctionApi } from "@moorage/engine/http";
import { serve } from "@moorage/engine/serve";
import { createApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import { AGENT_SCOPES } from "@moorage/shared/scopes";

export interface Deployment {
  url: string;
  /** What the Worker needs to be believed, and nothing else in the world has. */
  door: {
    CONVEX_URL: string;
    MOORAGE_SIGNING_KEY: string;
    MOORAGE_DOOR_KEY: string;
    MOORAGE_ISSUER: string;
    MOORAGE_AUDIENCE: string;
  };
  /** Makes an API key with what a coding agent's key may do; it is known here and nowhere else. */
  admit(tenant: string): Promise<string>;
  /** Ends the keys, too: where the data stays, they shall not. */
  close(): Promise<void>;
}

export async function startConvex(options: { database: string; port: number }): Promise<Deployment> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { d, ...publicKey } = privateKey.export({ format: "jwk" });
  const kid = randomUUID();
  const jwks = JSON.stringify({ keys: [{ ...publicKey, kid, alg: "ES256", use: "sig" }] });
  const identity = { MOORAGE_ISSUER: "https://remote.moorage.localhost", MOORAGE_AUDIENCE: `moorage-${kid}` };
  const engine = createEngine({
    schema,
    modules,
    components,
    storage: { kind: "file", path: options.database },
    auth: authConfigFor({ ...identity, MOORAGE_JWKS: `data:application/json;base64,${btoa(jwks)}` }),
    env: keptKeys(`${options.database}.keys.json`),
  });
  const doorKey = createApiKey();
  const api = createFunctionApi(engine, { redact: true });
  const server = await serve((request) => api.fetch(request), { host: "127.0.0.1", port: options.port });
  const admitted: string[] = [];
  return {
    url: server.url,
    door: {
      CONVEX_URL: server.url,
      MOORAGE_SIGNING_KEY: JSON.stringify({ ...publicKey, d, kid }),
      MOORAGE_DOOR_KEY: doorKey.text,
      ...identity,
    },
    async admit(tenant) {
      const { text, ...made } = createApiKey();
      const key = { ...(await rowOf(made)), name: "npm run remote", scopes: [...AGENT_SCOPES] };
      const door = { ...(await rowOf(doorKey)), name: "door", scopes: ["door"] };
      await engine.mutation("tenants:provision", { tenant, keys: [key], door });
      admitted.push(made.keyId, doorKey.keyId);
      return text;
    },
    async close() {
      await server.close();
      for (const keyId of admitted) await engine.mutation("keys:end", { keyId });
      await engine.close();
    },
  };
}

async function rowOf({ keyId, secret }: { keyId: string; secret: string }) {
  return { keyId, proofHash: await proofHashOf(await proofOf(secret)) };
}

/** The keys of secrets and records stay as long as the data; made at the first start, readable by their owner alone. */
function keptKeys(path: string): Record<string, string> {
  if (!existsSync(path)) {
    const keySet = () =>
      JSON.stringify({ keys: [{ kty: "oct", kid: randomUUID(), k: randomBytes(32).toString("base64url") }] });
    const made = { MOORAGE_MASTER_KEYS: keySet(), MOORAGE_AUDIT_KEYS: keySet() };
    writeFileSync(path, JSON.stringify(made), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
}

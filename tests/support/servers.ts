/** Deployments as `deploy:create` leaves them, and the server's side of the wire. */
import { randomUUID } from "node:crypto";
import { createApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import type { Configuration } from "@moorage/shared/contracts/deploy";
import * as contracts from "@moorage/shared/contracts/instances";
import type { Profile } from "@moorage/shared/deployment";
import type { Caller, Host } from "./hosts.ts";

interface Options {
  name?: string;
  agent?: string;
  profile?: Profile;
  configuration?: Partial<Configuration>;
}

export interface Deployed {
  deploymentId: string;
  instanceId: string;
  /** The one-time token, as cloud-init carries it. */
  token: string;
}

export const IMAGE = `ghcr.io/openclaw/openclaw@sha256:${"a".repeat(64)}`;

const BASE: Configuration = { image: IMAGE, secrets: [], urls: [], channels: [] };

export async function deploy(host: Host, owner: Caller, options: Options = {}): Promise<Deployed> {
  const { name = `quay-${randomUUID().slice(0, 8)}`, agent = "harbourmaster", profile = "standard" } = options;
  const made: Omit<Deployed, "token"> = await host.engine.inline("mutation", async (ctx) => {
    const key = await ctx.db
      .query("keys")
      // biome-ignore lint/suspicious/noExplicitAny: an inline function has no types of the schema
      .withIndex("by_keyId", (q: any) => q.eq("keyId", owner.keyId))
      .unique();
    const own = { tenantId: key.tenantId, createdBy: owner.keyId };
    const spec = { name, provider: "host", region: "here", size: "own", profile, agent };
    const deploymentId = await ctx.db.insert("deployments", { ...own, ...spec, status: "creating", generation: 1 });
    const { tenantId } = own;
    const instanceId = await ctx.db.insert("instances", { tenantId, deploymentId, health: "unknown", healthSince: 0 });
    const configuration = { ...BASE, ...options.configuration };
    await ctx.db.insert("deploymentVersions", { ...own, deploymentId, generation: 1, configuration, changes: [] });
    return { deploymentId, instanceId };
  });
  return { ...made, token: await newToken(host, made.instanceId) };
}

/** The name of one that has come up and can be changed. */
export async function running(host: Host, owner: Caller, options: Options = {}): Promise<string> {
  const { deploymentId } = await deploy(host, owner, options);
  return host.engine.inline("mutation", async (ctx) => {
    await ctx.db.patch(deploymentId, { status: "running" });
    return (await ctx.db.get(deploymentId)).name;
  });
}

/** As the machine makes one before it calls a provider. */
export async function newToken(host: Host, instanceId: string): Promise<string> {
  const { keyId, secret, text } = createApiKey();
  const proofHash = await proofHashOf(await proofOf(secret));
  await host.engine.mutation("instanceWrites:prepare", { instanceId, keyId, proofHash });
  return text;
}

/** The next configuration, as `deploy:update` makes it. */
export async function update(
  host: Host,
  { deploymentId, instanceId }: Deployed,
  changes: Partial<Configuration>,
): Promise<number> {
  return host.engine.inline("mutation", async (ctx) => {
    const deployment = await ctx.db.get(deploymentId);
    const before = await ctx.db
      .query("deploymentVersions")
      // biome-ignore lint/suspicious/noExplicitAny: as above
      .withIndex("by_deployment_generation", (q: any) => q.eq("deploymentId", deploymentId))
      .order("desc")
      .first();
    const { _id, _creationTime, ...rest } = before;
    const generation = deployment.generation + 1;
    const configuration = { ...before.configuration, ...changes };
    await ctx.db.insert("deploymentVersions", { ...rest, generation, configuration });
    await ctx.db.patch(deploymentId, { generation });
    await ctx.db.patch(instanceId, { desiredAt: Date.now() });
    return generation;
  });
}

export const rowOf = (host: Host, id: string) => host.engine.inline("query", (ctx) => ctx.db.get(id));

/** A deployment whose server has redeemed its token. */
export async function enrolled(host: Host, owner: Caller, options: Options = {}) {
  const deployed = await deploy(host, owner, options);
  const { key } = await host.as(deployed.token).backend.call(contracts.redeem, { claim: randomUUID() });
  return { ...deployed, key, ...host.as(key) };
}

export const BEAT = { generation: 1, container: "running", bootId: "boot-1", secrets: [] };

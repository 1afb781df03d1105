/** Servers that carry this tenant's label and belong to no deployment of it: told, and never touched. */
import { CLOUDS, isCloud, type Provider } from "@moorage/shared/deployment";
import { internal } from "../../_generated/api.ts";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { ActionCtx, MutationCtx } from "../../_generated/server.ts";
import { raise, resolve } from "../alerts.ts";
import { credentialFor } from "../deploy/connections.ts";
import { openProvider } from "../providers/open.ts";
import type { Server } from "../providers/types.ts";

/** A server may be there for a while before the operation that makes it knows of it, and after one has ended. */
const YOUNG_MS = 60 * 60_000;
const NAMED = 10;
/** The form of every name that we give; another is not repeated. */
const NAME = /^[a-z0-9-]{1,63}$/;

export type Found = Pick<Server, "id" | "name" | "createdAt"> & { deployment?: string };

export async function sweepOrphans(ctx: ActionCtx, tenantId: Id<"tenants">): Promise<string> {
  const told: string[] = [];
  for (const provider of [...CLOUDS, "simulated"] as const) {
    const credential = await credentialFor(ctx, { tenantId, provider });
    if (credential === undefined) continue;
    const listed = await openProvider(ctx, { name: provider, tenantId, credential }).list({ owner: tenantId });
    if (!listed.ok) {
      told.push(`${provider} was not looked at: ${listed.message}`);
      continue;
    }
    const servers = listed.servers.map(({ id, name, createdAt, labels: { deployment } }) => ({
      id,
      name,
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(deployment === undefined ? {} : { deployment }),
    }));
    const orphans: number = await ctx.runMutation(internal.jobWork.noteOrphans, { tenantId, provider, servers });
    if (orphans > 0) told.push(`Servers at ${provider} without a deployment: ${orphans}.`);
  }
  return told.length === 0 ? "Every server belongs to a deployment." : told.join(" ");
}

export async function noteOrphans(
  ctx: MutationCtx,
  { tenantId, provider, servers }: { tenantId: Id<"tenants">; provider: Provider; servers: Found[] },
): Promise<number> {
  const orphans: Found[] = [];
  for (const server of servers) if (await isOrphan(ctx, tenantId, server)) orphans.push(server);
  const subject = { tenantId, kind: "servers_orphaned", about: `provider:${provider}` } as const;
  if (orphans.length === 0) {
    await resolve(ctx, subject, `Every server at ${provider} belongs to a deployment again.`);
    return 0;
  }
  const named = orphans.slice(0, NAMED).map(({ id, name }) => (NAME.test(name) ? `${name} (${id})` : id));
  const more = orphans.length > NAMED ? ` and ${orphans.length - NAMED} more` : "";
  const cost = isCloud(provider) ? " They cost money until somebody removes them there." : "";
  await raise(ctx, {
    ...subject,
    message: `Servers at ${provider} that belong to no deployment: ${named.join(", ")}${more}.${cost}`,
  });
  return orphans.length;
}

async function isOrphan(ctx: MutationCtx, tenantId: Id<"tenants">, server: Found): Promise<boolean> {
  if (Date.now() < (server.createdAt ?? 0) + YOUNG_MS) return false;
  const id = server.deployment === undefined ? null : ctx.db.normalizeId("deployments", server.deployment);
  const deployment: Doc<"deployments"> | null = id === null ? null : await ctx.db.get("deployments", id);
  if (deployment?.tenantId !== tenantId) return true;
  const isInHand = deployment.operationId !== undefined;
  return !isInHand && (deployment.endedAt !== undefined || deployment.serverId !== server.id);
}

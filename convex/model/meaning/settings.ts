/** A tenant's settings and, for the actions that call the endpoint, the key: sealed, and opened at the point of use. */
import type { embeddings } from "@moorage/shared/contracts/embeddings";
import type * as z from "zod";
import { internal } from "../../_generated/api.ts";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { ActionCtx, MutationCtx, QueryCtx } from "../../_generated/server.ts";
import { openVault } from "../crypto/vault.ts";
import { given } from "../given.ts";
import { findRow } from "../secrets/place.ts";
import { findVersion } from "../secrets/store.ts";
import { type Endpoint, EndpointFailure } from "./endpoint.ts";

export type Settings = Doc<"embeddingSettings">;

export const spaceOf = ({ tenantId, generation }: Pick<Settings, "tenantId" | "generation">): string =>
  `${tenantId}|${generation}`;
/** No agent's name holds the mark between them. */
export const ownerOf = (settings: Pick<Settings, "tenantId" | "generation">, agent: string): string =>
  `${spaceOf(settings)}|${agent}`;

export const findSettings = (ctx: Pick<QueryCtx, "db">, tenantId: Id<"tenants">): Promise<Settings | null> =>
  ctx.db
    .query("embeddingSettings")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    .unique();

export const findJob = (ctx: Pick<QueryCtx, "db">, tenantId: Id<"tenants">): Promise<Doc<"embeddingJobs"> | null> =>
  ctx.db
    .query("embeddingJobs")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    .unique();

export function present({ url, model, dimensions, secret, setAt }: Settings): z.infer<typeof embeddings> {
  return { url, model, ...given({ dimensions, secret }), setAt: new Date(setAt).toISOString() };
}

/** The sealed value of a secret that all agents share, or null. */
export async function sealedKey(ctx: Pick<QueryCtx, "db">, tenantId: Id<"tenants">, name: string) {
  for (const level of ["default", "global"] as const) {
    const place = { name, level, agent: "" };
    const row = await findRow(ctx, tenantId, place);
    if (row === null || row.deletedAt !== undefined) continue;
    const version = await findVersion(ctx, row._id, row.version);
    if (version !== null) return { place, version: row.version, sealed: version.sealed };
  }
  return null;
}

/** The endpoint with its key in the clear: for the action that asked, never stored or passed on. */
export async function endpointOf(
  ctx: ActionCtx,
  tenantId: Id<"tenants">,
  { url, model, dimensions, secret }: Pick<Settings, "url" | "model" | "dimensions" | "secret">,
): Promise<Endpoint> {
  const endpoint = { url, model, ...given({ dimensions }) };
  if (secret === undefined) return endpoint;
  const found: Awaited<ReturnType<typeof sealedKey>> = await ctx.runQuery(internal.embeddings.key, {
    tenantId,
    name: secret,
  });
  if (found === null) throw new EndpointFailure(`There is no secret "${secret}" that all agents share.`);
  const vault = await openVault(ctx, tenantId);
  return { ...endpoint, key: await vault.open(found.place, found.version, found.sealed) };
}

/** Ends what there is: the settings, the job, and page by page the vectors. */
export async function clear(ctx: MutationCtx, settings: Settings): Promise<void> {
  const job = await findJob(ctx, settings.tenantId);
  if (job !== null) await ctx.db.delete("embeddingJobs", job._id);
  await ctx.db.delete("embeddingSettings", settings._id);
  await ctx.scheduler.runAfter(0, internal.embeddings.forget, { space: spaceOf(settings) });
}

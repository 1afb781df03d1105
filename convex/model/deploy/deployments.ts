/** Deployments as calls name them and as people see them. */
import type { Deployment, Reported } from "@moorage/shared/contracts/deploy";
import { AppError } from "@moorage/shared/errors";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { QueryCtx } from "../../_generated/server.ts";
import type { AuthedMutationCtx, AuthedQueryCtx } from "../../lib/functions.ts";
import { given } from "../given.ts";
import { iso } from "../secrets/present.ts";

export type DeploymentRow = Doc<"deployments">;
type Db = Pick<QueryCtx, "db">;

/** By its id, or by its name while it has not ended. A bound key sees its own agent's alone. */
export async function requireDeployment(
  ctx: AuthedQueryCtx | AuthedMutationCtx,
  named: string,
): Promise<DeploymentRow> {
  const { tenantId, agent } = ctx.principal;
  const id = ctx.db.normalizeId("deployments", named);
  const row = id === null ? await findNamed(ctx, tenantId, named) : await ctx.db.get("deployments", id);
  if (row === null || row.tenantId !== tenantId || (agent !== undefined && row.agent !== agent))
    throw new AppError("not_found", `There is no deployment "${named}".`, {
      hint: "deploy_list shows what there is; of one that ended, with `all`, the id to name it by.",
    });
  return row;
}

/** The one that has this name now. */
export function findNamed(ctx: Db, tenantId: Id<"tenants">, name: string): Promise<DeploymentRow | null> {
  return ctx.db
    .query("deployments")
    .withIndex("by_tenant_endedAt_name", (q) => q.eq("tenantId", tenantId).eq("endedAt", undefined).eq("name", name))
    .unique();
}

export async function requireInstance(ctx: Db, deploymentId: Id<"deployments">): Promise<Doc<"instances">> {
  const instance = await ctx.db
    .query("instances")
    .withIndex("by_deployment", (q) => q.eq("deploymentId", deploymentId))
    .unique();
  if (instance === null) throw new Error("A deployment has its instance from the beginning.");
  return instance;
}

/** Every answer about a server that is none says so. */
export const labelOf = ({ provider }: Pick<DeploymentRow, "provider">): { simulated?: true } =>
  provider === "simulated" ? { simulated: true } : {};

/** Its name in what people are told. */
export const calledOf = ({ name, provider }: Pick<DeploymentRow, "name" | "provider">): string =>
  `"${name}"${provider === "simulated" ? " (simulated)" : ""}`;

export async function present(ctx: Db, row: DeploymentRow): Promise<Deployment> {
  const { name, provider, region, size, profile, agent, status, generation } = row;
  const { health, healthReason, lastSeenAt, appliedGeneration } = await requireInstance(ctx, row._id);
  // Of what is off or no more nobody knows how it is.
  const isOn = row.endedAt === undefined && status !== "stopped";
  return {
    id: row._id,
    name,
    provider,
    ...labelOf(row),
    region,
    size,
    profile,
    agent,
    status,
    health: isOn ? health : "unknown",
    generation,
    ...given({
      healthReason: isOn ? healthReason : undefined,
      lastSeenAt: isoOf(lastSeenAt),
      appliedGeneration,
      serverId: row.serverId,
      address: row.address,
      price: row.price,
      operation: row.operationId as string | undefined,
      problem: row.problem,
      endedAt: isoOf(row.endedAt),
    }),
    createdAt: iso(row._creationTime),
  };
}

/** What its heartbeats said, as far as they did. */
export const reportedBy = (instance: Doc<"instances">): Reported =>
  given({
    container: instance.container,
    image: instance.imageDigest,
    load: instance.load,
    diskUsedPercent: instance.diskUsed,
    memoryAvailableMb: instance.memoryAvailableMb,
    rebootRequired: instance.rebootRequired,
    modelCostUsd: instance.costUsd,
    secretVersions: instance.secretVersions,
  });

export const isoOf = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : iso(ms));

/** Why a deployment is not changed now. */
export const beingChanged = ({ name, operationId }: Pick<DeploymentRow, "name" | "operationId">): AppError =>
  new AppError("operation_running", `"${name}" is being changed by another operation, ${operationId}.`);

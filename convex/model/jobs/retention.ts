/** Removes what is older than the tenant's policy keeps: kind by kind, oldest first, a page in each transaction. */
import { type Kept, RETENTION_DAYS } from "@moorage/shared/jobs";
import type { Doc, Id, TableNames } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";

const DAY_MS = 24 * 60 * 60_000;
const PAGE = 100;
/** Configurations before the wanted one that a deployment can always go back to. */
const GENERATIONS = 10;

type TenantId = Id<"tenants">;

/** Rows of one table, by the policy for one kind; some that are old enough stay all the same. */
interface Source<T extends TableNames> {
  kept: Kept;
  page: (ctx: MutationCtx, tenantId: TenantId, before: number, cursor: string | null) => Promise<Page<Doc<T>>>;
  mayGo: (row: Doc<T>, ctx: MutationCtx) => Promise<boolean> | boolean;
}

interface Page<Row> {
  page: Row[];
  isDone: boolean;
  continueCursor: string;
}

export const SOURCES = ["events", "runs", "deliveries", "logs", "alerts", "configurations"] as const;
type SourceName = (typeof SOURCES)[number];

/** A cursor is good for the question it came from alone, so the moment goes along. */
export interface Place {
  before: number;
  cursor: string;
}

export interface Retained {
  removed: number;
  /** Absent at the end. */
  next?: Place;
}

export async function retain(
  ctx: MutationCtx,
  { tenantId, source: name, after }: { tenantId: TenantId; source: SourceName; after?: Place | undefined },
): Promise<Retained> {
  // Each source is asked for rows of its own table alone.
  const { kept, page: read, mayGo } = BY_NAME[name] as Source<TableNames>;
  const before = after?.before ?? Date.now() - (await policyOf(ctx, tenantId))[kept] * DAY_MS;
  const { page, isDone, continueCursor: cursor } = await read(ctx, tenantId, before, after?.cursor ?? null);
  let removed = 0;
  for (const row of page) {
    if (!(await mayGo(row, ctx))) continue;
    await ctx.db.delete(row._id);
    removed++;
  }
  return { removed, ...(isDone ? {} : { next: { before, cursor } }) };
}

export type Days = Record<Kept, number>;

export async function policyOf(ctx: Pick<QueryCtx, "db">, tenantId: TenantId): Promise<Days> {
  const row = await findPolicy(ctx, tenantId);
  const { events, logs, configurations, runs, alerts } = { ...RETENTION_DAYS, ...row };
  return { events, logs, configurations, runs, alerts };
}

export async function setPolicy(ctx: MutationCtx, tenantId: TenantId, days: Partial<Days>): Promise<Days> {
  const row = await findPolicy(ctx, tenantId);
  if (row === null) await ctx.db.insert("recordRetentions", { tenantId, ...days });
  else await ctx.db.patch("recordRetentions", row._id, days);
  return policyOf(ctx, tenantId);
}

const findPolicy = (ctx: Pick<QueryCtx, "db">, tenantId: TenantId): Promise<Doc<"recordRetentions"> | null> =>
  ctx.db
    .query("recordRetentions")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    .unique();

/** Tables whose rows are as old as their making. */
type Dated = "events" | "jobRuns" | "deliveries" | "alerts" | "deploymentVersions";

const dated = <T extends Dated>(table: T, kept: Kept, mayGo: Source<T>["mayGo"]): Source<T> => ({
  kept,
  mayGo,
  // Each of them has this index, which the types say of one that is named alone.
  page: (ctx, tenantId, before, cursor) =>
    ctx.db
      .query(table as "events")
      .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).lt("_creationTime", before))
      .paginate({ numItems: PAGE, cursor }) as unknown as Promise<Page<Doc<T>>>,
});

const logs: Source<"instanceLogs"> = {
  kept: "logs",
  mayGo: () => true,
  page: (ctx, tenantId, before, cursor) =>
    ctx.db
      .query("instanceLogs")
      .withIndex("by_tenant_at", (q) => q.eq("tenantId", tenantId).lt("at", before))
      .paginate({ numItems: PAGE, cursor }),
};

const isBehind: Source<"deploymentVersions">["mayGo"] = async ({ deploymentId, generation }, ctx) => {
  const deployment = await ctx.db.get("deployments", deploymentId);
  // What it was in the end stays with a deployment that is no more.
  const kept = deployment?.endedAt === undefined ? GENERATIONS : 0;
  return deployment === null || generation < deployment.generation - kept;
};

const BY_NAME = {
  events: dated("events", "events", () => true),
  runs: dated("jobRuns", "runs", ({ outcome }) => outcome !== "running"),
  deliveries: dated("deliveries", "runs", ({ state }) => state !== "waiting"),
  logs,
  // One that nobody has seen, and that is not over, stays.
  alerts: dated("alerts", "alerts", ({ acknowledgedAt, resolvedAt }) => (acknowledgedAt ?? resolvedAt) !== undefined),
  configurations: dated("deploymentVersions", "configurations", isBehind),
};

/** The machines of the provider `simulated`: rows, and what a scenario makes of them. */
import { internal } from "../../_generated/api.ts";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";
import { SIZES } from "./simulatedCatalog.ts";
import type { Failure, Outcome, PowerChange, Progress, Server, ServerRequest } from "./types.ts";

/** A simulated server starts in this time: long enough that someone waits, short enough to try things out. */
export const BOOT_MS = 1_000;

type Row = Doc<"simulatedServers">;
type Asked = Omit<ServerRequest, "userData"> & { tenantId: Id<"tenants"> };
type Named = { tenantId: Id<"tenants">; id: string };
/** Its clock is the caller's. */
type Look = { tenantId: Id<"tenants">; now: number };

const LOST_REPLY: Failure = { ok: false, class: "unknown", message: "Simulated: the provider's answer was lost." };

export async function create(ctx: MutationCtx, asked: Asked): Promise<Outcome<{ server: Server }>> {
  const { tenantId, name, labels, region, size } = asked;
  const scenario = SCENARIOS[region];
  if (scenario === undefined || !SIZES.some(({ id }) => id === size)) {
    return { ok: false, class: "rejected", message: "Simulated: there is no such region or size." };
  }
  const { deployment, attempt } = labels;
  const same = await ofAttempt(ctx, tenantId, attempt);
  if (same?.createdAt !== undefined) return { ok: true, server: present(same, Date.now()) };
  if (await isNameTaken(ctx, asked)) {
    return { ok: false, class: "name_taken", message: `Simulated: there is another server "${name}".` };
  }
  const creates = (same?.creates ?? 0) + 1;
  const failed = failureOf(scenario.create, creates);
  const now = Date.now();
  const made = { creates, ...(failed === undefined ? { createdAt: now } : {}) };
  const request = { tenantId, name, deployment, attempt, region, size, destroys: 0 };
  const id = same?._id ?? (await ctx.db.insert("simulatedServers", { ...request, creates }));
  await ctx.db.patch("simulatedServers", id, made);
  if (failed !== undefined) return failed;
  await turnOn(ctx, id);
  if (scenario.losesFirstReply && creates === 1) return LOST_REPLY;
  return { ok: true, server: present((await ctx.db.get("simulatedServers", id))!, now) };
}

export async function get(ctx: QueryCtx, { now, ...named }: Look & Named): Promise<Server | null> {
  const row = await find(ctx, named);
  return row === null ? null : present(row, now);
}

export async function findByAttempt(
  ctx: QueryCtx,
  { tenantId, attempt, now }: Look & { attempt: string },
): Promise<Server[]> {
  const row = await ofAttempt(ctx, tenantId, attempt);
  return row?.createdAt === undefined ? [] : [present(row, now)];
}

export async function list(ctx: QueryCtx, { tenantId, now }: Look): Promise<Server[]> {
  const rows = await ctx.db
    .query("simulatedServers")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    .take(1_000);
  return rows.filter(({ createdAt }) => createdAt !== undefined).map((row) => present(row, now));
}

export async function progress(ctx: QueryCtx, { now, ...named }: Look & Named): Promise<Progress> {
  const row = await find(ctx, named);
  if (row === null) return "gone";
  const { boot } = scenarioOf(row);
  if (boot === "fails") return "failed";
  return stateOf(row, now) === "starting" ? "running" : "done";
}

export async function power(ctx: MutationCtx, { change, ...named }: Named & { change: PowerChange }): Promise<Outcome> {
  const row = await find(ctx, named);
  if (row === null) return { ok: false, class: "rejected", message: "Simulated: there is no such server." };
  if (change === "stop")
    await ctx.db.patch("simulatedServers", row._id, { startedAt: undefined, reportsAt: undefined });
  else if (change === "restart" || row.startedAt === undefined) await turnOn(ctx, row._id);
  return { ok: true };
}

async function turnOn(ctx: MutationCtx, id: Row["_id"]): Promise<void> {
  const startedAt = Date.now();
  const reportsAt = startedAt + BOOT_MS;
  await ctx.db.patch("simulatedServers", id, { startedAt, reportsAt });
  await ctx.scheduler.runAt(reportsAt, internal.simulated.report, { id, startedAt });
}

export async function destroy(ctx: MutationCtx, named: Named): Promise<Outcome> {
  const row = await find(ctx, named);
  if (row === null) return { ok: true };
  const destroys = row.destroys + 1;
  const failed = failureOf(scenarioOf(row).destroy, destroys);
  if (failed === undefined) await ctx.db.delete("simulatedServers", row._id);
  else await ctx.db.patch("simulatedServers", row._id, { destroys });
  return failed ?? { ok: true };
}

function failureOf(failing: (Failure & { calls?: number }) | undefined, call: number): Failure | undefined {
  if (failing === undefined) return undefined;
  const { calls = Infinity, ...failure } = failing;
  return call <= calls ? failure : undefined;
}

async function isNameTaken(ctx: QueryCtx, { tenantId, name, labels }: Asked): Promise<boolean> {
  const rows = await ctx.db
    .query("simulatedServers")
    .withIndex("by_tenant_name", (q) => q.eq("tenantId", tenantId).eq("name", name))
    .take(10);
  return rows.some(({ attempt, createdAt }) => attempt !== labels.attempt && createdAt !== undefined);
}

const ofAttempt = (ctx: QueryCtx, tenantId: Id<"tenants">, attempt: string): Promise<Row | null> =>
  ctx.db
    .query("simulatedServers")
    .withIndex("by_tenant_attempt", (q) => q.eq("tenantId", tenantId).eq("attempt", attempt))
    .unique();

async function find(ctx: QueryCtx, { tenantId, id }: Named): Promise<Row | null> {
  const rowId = ctx.db.normalizeId("simulatedServers", id);
  const row = rowId === null ? null : await ctx.db.get("simulatedServers", rowId);
  return row?.tenantId === tenantId && row.createdAt !== undefined ? row : null;
}

export const scenarioOf = ({ region }: Row): Scenario => SCENARIOS[region] ?? { title: "unknown" };

function present(row: Row, now: number): Server {
  const { _id, name, tenantId, deployment, attempt, createdAt } = row;
  const labels = { owner: tenantId, deployment, attempt };
  return { id: _id, name, state: stateOf(row, now), labels, ...(createdAt === undefined ? {} : { createdAt }) };
}

function stateOf(row: Row, now: number): Server["state"] {
  if (row.startedAt === undefined) return "off";
  return scenarioOf(row).boot !== undefined || now < row.startedAt + BOOT_MS ? "starting" : "running";
}

/** Names to go on typing from. Each is one look into an index, however many rows bear it. */
import type * as contracts from "@moorage/shared/contracts/completions";
import type * as z from "zod";
import type { AuthedQueryCtx } from "../lib/functions.ts";
import { agentFilter } from "./memories/rows.ts";

type Asked = z.output<(typeof contracts.values)["args"]>;

/** As many as MCP lets a client be shown. */
const MOST = 100;

export async function valuesFor(ctx: AuthedQueryCtx, asked: Asked): Promise<{ values: string[]; more: boolean }> {
  const found = await upToOneMore(ctx, asked, agentFilter(ctx.principal, asked.agent));
  return { values: found.slice(0, MOST), more: found.length > MOST };
}

function upToOneMore(ctx: AuthedQueryCtx, { field, prefix }: Asked, agent: string | undefined): Promise<string[]> {
  switch (field) {
    case "agent":
      return distinct(prefix, (from) => agentFrom(ctx, from));
    case "logAgent":
      return distinct(prefix, (from) => logAgentFrom(ctx, from));
    case "project":
      return distinct(prefix, (from) => projectFrom(ctx, agent, from));
    case "day":
      return latestDays(ctx, agent, prefix);
    case "memory":
      return latestIds(ctx, agent, prefix);
  }
}

/** Every value with the prefix, in order, by asking for the first from each on. */
async function distinct(prefix: string, first: (from: string) => Promise<string | undefined>): Promise<string[]> {
  const values: string[] = [];
  let value = await first(prefix);
  while (value?.startsWith(prefix) === true && values.length <= MOST) {
    values.push(value);
    value = await first(`${value}\u0000`);
  }
  return values;
}

/** A key of one agent knows of no other. */
function own(ctx: AuthedQueryCtx, from: string): string | undefined {
  const { agent } = ctx.principal;
  return agent !== undefined && agent >= from ? agent : undefined;
}

async function agentFrom(ctx: AuthedQueryCtx, from: string): Promise<string | undefined> {
  const { tenantId, agent } = ctx.principal;
  if (agent !== undefined) return own(ctx, from);
  const row = await ctx.db
    .query("memories")
    .withIndex("by_tenant_agent", (q) => q.eq("tenantId", tenantId).gte("agent", from))
    .first();
  return row?.agent;
}

async function logAgentFrom(ctx: AuthedQueryCtx, from: string): Promise<string | undefined> {
  const { tenantId, agent } = ctx.principal;
  if (agent !== undefined) return own(ctx, from);
  const row = await ctx.db
    .query("logDays")
    .withIndex("by_tenant_agent_day", (q) => q.eq("tenantId", tenantId).gte("agent", from))
    .first();
  return row?.agent;
}

async function projectFrom(ctx: AuthedQueryCtx, agent: string | undefined, from: string) {
  const { tenantId } = ctx.principal;
  const rows = ctx.db.query("memories");
  const row = await (agent === undefined
    ? rows.withIndex("by_tenant_project", (q) => q.eq("tenantId", tenantId).gte("project", from))
    : rows.withIndex("by_tenant_agent_project", (q) =>
        q.eq("tenantId", tenantId).eq("agent", agent).gte("project", from),
      )
  ).first();
  return row?.project;
}

/** The greatest text that begins with a prefix of digits and dashes. */
const lastWith = (prefix: string) => `${prefix}~`;

async function latestDays(ctx: AuthedQueryCtx, agent: string | undefined, prefix: string): Promise<string[]> {
  const { tenantId } = ctx.principal;
  const days: string[] = [];
  for (let before = lastWith(prefix); days.length <= MOST; ) {
    const rows = ctx.db.query("logDays");
    const row = await (agent === undefined
      ? rows.withIndex("by_tenant_day", (q) => q.eq("tenantId", tenantId).gte("day", prefix).lt("day", before))
      : rows.withIndex("by_tenant_agent_day", (q) =>
          q.eq("tenantId", tenantId).eq("agent", agent).gte("day", prefix).lt("day", before),
        )
    )
      .order("desc")
      .first();
    if (row === null) break;
    days.push(row.day);
    before = row.day;
  }
  return days;
}

async function latestIds(ctx: AuthedQueryCtx, agent: string | undefined, prefix: string): Promise<string[]> {
  const { tenantId } = ctx.principal;
  const rows = ctx.db.query("memories");
  const latest = await (agent === undefined
    ? rows.withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    : rows.withIndex("by_tenant_agent", (q) => q.eq("tenantId", tenantId).eq("agent", agent))
  )
    .order("desc")
    .take(MOST);
  return latest.map(({ _id }) => _id as string).filter((id) => id.startsWith(prefix));
}

/** What a session should know at its start, within a budget of tokens, always in the same order for the same rows. */
import type * as contracts from "@moorage/shared/contracts/memory";
import type * as z from "zod";
import type { Doc } from "../_generated/dataModel.ts";
import type { AuthedQueryCtx } from "../lib/functions.ts";
import { tokensOf } from "./budget.ts";
import * as logs from "./logs.ts";
import { agentOf, present } from "./memories.ts";

type Row = Doc<"memories">;
type ContextArgs = z.output<(typeof contracts.context)["args"]>;

const DEFAULT_BUDGET = 2_000;
/** Rows looked at for each reason to be there: important, recent, logged. */
const IMPORTANT = 50;
const RECENT = 50;
const LOGGED = 100;
/** How much of the budget memories may take before the logs have had their share. */
const MEMORY_SHARE = 0.7;

export async function context(ctx: AuthedQueryCtx, args: ContextArgs) {
  const agent = agentOf(ctx.principal, args.agent);
  const memories = await worthKnowing(ctx, agent, args.project);
  const { entries } = await logs.read(ctx, { agent, from: dayBefore(args.today), to: args.today, limit: LOGGED });
  const budget = args.budget ?? DEFAULT_BUDGET;

  // Logs may use what memories leave; the latest entries are the ones kept.
  const known = fitting(memories, budget * MEMORY_SHARE);
  const logged = fitting(entries.toReversed(), budget - known.tokens);
  const rest = fitting(
    memories.filter((memory) => !known.items.has(memory)),
    budget - known.tokens - logged.tokens,
  );
  const told = {
    memories: memories.filter((memory) => known.items.has(memory) || rest.items.has(memory)),
    logs: entries.filter((entry) => logged.items.has(entry)),
  };
  return {
    ...told,
    omitted: { memories: memories.length - told.memories.length, logs: entries.length - told.logs.length },
  };
}

/** The most important first; among equals the newest. */
async function worthKnowing(ctx: AuthedQueryCtx, agent: string, project: string | undefined) {
  const found =
    project === undefined
      ? await ofAnyProject(ctx, agent)
      : [...(await ofProject(ctx, agent, project)), ...(await ofProject(ctx, agent, undefined))];
  const rows = new Map(found.map((row) => [row._id, row]));
  return [...rows.values()]
    .sort((a, b) => b.importance - a.importance || b._creationTime - a._creationTime || (a._id < b._id ? 1 : -1))
    .map(present);
}

async function ofAnyProject(ctx: AuthedQueryCtx, agent: string): Promise<Row[]> {
  const { tenantId } = ctx.principal;
  const memories = () => ctx.db.query("memories");
  const important = memories().withIndex("by_tenant_agent_importance", (q) =>
    q.eq("tenantId", tenantId).eq("agent", agent),
  );
  const recent = memories().withIndex("by_tenant_agent", (q) => q.eq("tenantId", tenantId).eq("agent", agent));
  return [...(await important.order("desc").take(IMPORTANT)), ...(await recent.order("desc").take(RECENT))];
}

/** Those of one project, or the shared ones, which have none: however many other projects there are. */
async function ofProject(ctx: AuthedQueryCtx, agent: string, project: string | undefined): Promise<Row[]> {
  const { tenantId } = ctx.principal;
  const memories = () => ctx.db.query("memories");
  const important = memories().withIndex("by_tenant_agent_project_importance", (q) =>
    q.eq("tenantId", tenantId).eq("agent", agent).eq("project", project),
  );
  const recent = memories().withIndex("by_tenant_agent_project", (q) =>
    q.eq("tenantId", tenantId).eq("agent", agent).eq("project", project),
  );
  return [...(await important.order("desc").take(IMPORTANT)), ...(await recent.order("desc").take(RECENT))];
}

/** Items in order, without those that no longer fit: a long one does not stand in the way of the short ones behind it. */
function fitting<T extends { content: string }>(items: T[], budget: number): { items: Set<T>; tokens: number } {
  let tokens = 0;
  const kept = new Set<T>();
  for (const item of items) {
    const cost = tokensOf(item.content);
    if (tokens + cost > budget) continue;
    tokens += cost;
    kept.add(item);
  }
  return { items: kept, tokens };
}

const dayBefore = (day: string) => new Date(Date.parse(day) - 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

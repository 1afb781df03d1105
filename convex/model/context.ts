/** What a session should know at its start, within a budget of tokens, always in the same order for the same rows. */
import type * as contracts from "@moorage/shared/contracts/memory";
import type * as z from "zod";
import type { AuthedQueryCtx } from "../lib/functions.ts";
import { tokensOf } from "./budget.ts";
import * as logs from "./logs.ts";
import { agentOf, inProject, present } from "./memories.ts";

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
  const rest = fitting(memories.slice(known.items.length), budget - known.tokens - logged.tokens);
  const kept = [...known.items, ...rest.items];
  return {
    memories: kept,
    logs: logged.items.reverse(),
    omitted: { memories: memories.length - kept.length, logs: entries.length - logged.items.length },
  };
}

/** The most important first; among equals the newest. */
async function worthKnowing(ctx: AuthedQueryCtx, agent: string, project: string | undefined) {
  const { tenantId } = ctx.principal;
  const important = await ctx.db
    .query("memories")
    .withIndex("by_tenant_agent_importance", (q) => q.eq("tenantId", tenantId).eq("agent", agent))
    .order("desc")
    .take(IMPORTANT);
  const recent = await ctx.db
    .query("memories")
    .withIndex("by_tenant_agent", (q) => q.eq("tenantId", tenantId).eq("agent", agent))
    .order("desc")
    .take(RECENT);
  const rows = new Map([...important, ...recent].map((row) => [row._id, row]));
  return [...rows.values()]
    .filter((row) => inProject(row, project))
    .sort((a, b) => b.importance - a.importance || b._creationTime - a._creationTime || (a._id < b._id ? 1 : -1))
    .map(present);
}

/** Items in order until one does not fit: never a gap in what is shown. */
function fitting<T extends { content: string }>(items: T[], budget: number): { items: T[]; tokens: number } {
  let tokens = 0;
  const kept: T[] = [];
  for (const item of items) {
    const cost = tokensOf(item.content);
    if (tokens + cost > budget) break;
    tokens += cost;
    kept.push(item);
  }
  return { items: kept, tokens };
}

const dayBefore = (day: string) => new Date(Date.parse(day) - 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

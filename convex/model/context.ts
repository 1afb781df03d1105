/** What a session should know at its start, within a budget of tokens, always in the same order for the same rows. */
import type * as contracts from "@moorage/shared/contracts/memory";
import { byteLength } from "@moorage/shared/fields";
import { BUDGET } from "@moorage/shared/limits";
import type { Query } from "convex/server";
import type * as z from "zod";
import type { DataModel, Doc } from "../_generated/dataModel.ts";
import type { AuthedQueryCtx } from "../lib/functions.ts";
import { fitted, tokensOf } from "./budget.ts";
import * as logs from "./logs.ts";
import { audiencesOf, unreviewed } from "./memories/provenance.ts";
import { agentOf, isLiving, present, type Row } from "./memories/rows.ts";
import { reaching } from "./secrets/explain.ts";
import { namesPage } from "./secrets/names.ts";

type ContextArgs = z.output<(typeof contracts.context)["args"]>;

/** Rows looked at for each reason to be there: pinned, important, recent; eighteen times at most. More for a larger budget. */
const ROWS = 50;
/** … and past how many that have expired. */
const SCANNED = 400;
const ROWS_BYTES = 512 * 1024;
const LOGGED = 100;
const SECRETS = 200;
/** How much of the budget names of secrets may take, and memories before the logs have had their share. */
const SECRET_SHARE = 0.1;
const MEMORY_SHARE = 0.7;
/** What a pinned one may take of the budget: of a longer one the beginning is told. */
const PIN_SHARE = 0.25;
const PIN_TOKENS = 170;
/** A name in a list, its quotes and comma. */
const NAME_TOKENS = 3;
/** Of what is pinned, what binds comes before what informs. */
const PINNED_ORDER: readonly Row["type"][] = ["decision", "preference", "fact", "note"];

export async function context(ctx: AuthedQueryCtx, args: ContextArgs) {
  const agent = agentOf(ctx.principal, args.agent);
  const budget = args.budget ?? BUDGET.usual;
  const most = Math.max(ROWS, Math.ceil(budget / tokensOf({ content: "" })));
  const longest = Math.max(PIN_TOKENS, budget * PIN_SHARE);
  const memories = (await worthKnowing(ctx, agent, { project: args.project, most })).map((one) =>
    shortened(one, longest),
  );
  const days = { agent, from: dayBefore(args.today), to: args.today, limit: LOGGED };
  const { entries } = await logs.read(ctx, days, (entry) => joins(ctx, agent, entry));
  const names = await secretNames(ctx, agent);

  // Logs may use what memories leave; the latest entries are the ones kept.
  const named = fitting(names, budget * SECRET_SHARE, (name) => NAME_TOKENS + name.length / 3);
  const known = fitting(memories, budget * MEMORY_SHARE, tokensOf);
  const logged = fitting(entries.toReversed(), budget - named.tokens - known.tokens, tokensOf);
  const rest = fitting(
    memories.filter((memory) => !known.items.has(memory)),
    budget - named.tokens - known.tokens - logged.tokens,
    tokensOf,
  );
  const told = {
    memories: memories.filter((memory) => known.items.has(memory) || rest.items.has(memory)),
    logs: entries.filter((entry) => logged.items.has(entry)),
    secrets: names.filter((name) => named.items.has(name)),
  };
  return {
    ...told,
    omitted: {
      memories: memories.length - told.memories.length,
      logs: entries.length - told.logs.length,
      secrets: names.length - told.secrets.length,
    },
  };
}

/** A log is reviewed by nobody: what others wrote stays where it is read as theirs. */
function joins(ctx: AuthedQueryCtx, agent: string, { source }: Pick<Doc<"logEntries">, "source">): boolean {
  const { audience } = unreviewed(agent, source);
  return audience !== undefined && audiencesOf(ctx.principal, agent).includes(audience);
}

/** What is pinned is neither left out for its length, nor does it stand in the way of all others. */
const shortened = (memory: contracts.Memory, tokens: number): contracts.Memory & { cut?: true } =>
  memory.pinned === undefined ? memory : fitted(memory, tokens);

/** The agent's own and everyone's: what is pinned, then the most important; among equals the newest. */
async function worthKnowing(
  ctx: AuthedQueryCtx,
  agent: string,
  { project, most }: { project: string | undefined; most: number },
) {
  const found: Row[] = [];
  for (const audience of audiencesOf(ctx.principal, agent)) {
    // However many there are of other projects, those of this one and the shared ones, which have none, are found.
    const ranges =
      project === undefined
        ? ofAnyProject(ctx, audience)
        : [project, undefined].flatMap((one) => ofProject(ctx, audience, one));
    for (const range of ranges) found.push(...(await first(range, most)));
  }
  const rows = new Map(found.map((row) => [row._id, row]));
  return [...rows.values()]
    .sort(
      (a, b) =>
        pinOf(a) - pinOf(b) ||
        b.importance - a.importance ||
        b._creationTime - a._creationTime ||
        (a._id < b._id ? 1 : -1),
    )
    .map(present);
}

const pinOf = ({ pinned, type }: Row) => (pinned ? PINNED_ORDER.indexOf(type) : PINNED_ORDER.length);

function ofAnyProject(ctx: AuthedQueryCtx, audience: string) {
  const { tenantId } = ctx.principal;
  const memories = () => ctx.db.query("memories");
  return [
    memories().withIndex("by_tenant_audience_pinned_project", (q) =>
      q.eq("tenantId", tenantId).eq("audience", audience).eq("pinned", true),
    ),
    memories().withIndex("by_tenant_audience_importance", (q) => q.eq("tenantId", tenantId).eq("audience", audience)),
    memories().withIndex("by_tenant_audience", (q) => q.eq("tenantId", tenantId).eq("audience", audience)),
  ];
}

function ofProject(ctx: AuthedQueryCtx, audience: string, project: string | undefined) {
  const { tenantId } = ctx.principal;
  const memories = () => ctx.db.query("memories");
  return [
    memories().withIndex("by_tenant_audience_pinned_project", (q) =>
      q.eq("tenantId", tenantId).eq("audience", audience).eq("pinned", true).eq("project", project),
    ),
    memories().withIndex("by_tenant_audience_project_importance", (q) =>
      q.eq("tenantId", tenantId).eq("audience", audience).eq("project", project),
    ),
    memories().withIndex("by_tenant_audience_project", (q) =>
      q.eq("tenantId", tenantId).eq("audience", audience).eq("project", project),
    ),
  ];
}

/** The highest of a range that are still said, as many as one reason may bring. */
async function first(range: Query<DataModel["memories"]>, most: number): Promise<Row[]> {
  const rows: Row[] = [];
  const now = Date.now();
  const spent = { rows: 0, bytes: 0 };
  for await (const row of range.order("desc")) {
    if (isLiving(row, now)) rows.push(row);
    spent.rows++;
    spent.bytes += byteLength(row.content);
    if (rows.length === most || spent.rows === SCANNED || spent.bytes > ROWS_BYTES) break;
  }
  return rows;
}

/** Names of the secrets that reach the agent, for a key that may know them. */
async function secretNames(ctx: AuthedQueryCtx, agent: string): Promise<string[]> {
  if (!ctx.principal.scopes.includes("secrets:read")) return [];
  const { names } = await namesPage(ctx, { cursor: undefined, limit: SECRETS });
  return names.filter(([, rows]) => reaching(rows, agent).length > 0).map(([name]) => name);
}

/** Items in order, without those that no longer fit: a long one does not stand in the way of the short ones behind it. */
function fitting<T>(items: T[], budget: number, costOf: (item: T) => number): { items: Set<T>; tokens: number } {
  let tokens = 0;
  const kept = new Set<T>();
  for (const item of items) {
    const cost = costOf(item);
    if (tokens + cost > budget) continue;
    tokens += cost;
    kept.add(item);
  }
  return { items: kept, tokens };
}

const dayBefore = (day: string) => new Date(Date.parse(day) - 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

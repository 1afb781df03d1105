/** What others wrote waits here until a person lets it into contexts, or keeps it out. */
import type { Contract } from "@moorage/shared/contract";
import type * as contracts from "@moorage/shared/contracts/memory";
import { AppError } from "@moorage/shared/errors";
import { byteLength } from "@moorage/shared/fields";
import * as z from "zod";
import type { AuthedMutationCtx, AuthedQueryCtx } from "../../lib/functions.ts";
import { fillPage, parseCursor } from "../pages.ts";
import { share } from "../recall/upkeep.ts";
import { ownSource, reaches, reviewed } from "./provenance.ts";
import { agentFilter, isLiving, present, type Row, requireOwn } from "./rows.ts";
import { requireCurrent } from "./supersede.ts";

type Input<C extends Contract> = z.output<C["args"]>;

const DEFAULT_LIMIT = 20;
/** Who has more sees the others when these are decided. */
const MOST_AGENTS = 20;

const vPlace = z.tuple([z.literal("r"), z.string(), z.number(), z.string()]);
type Place = z.infer<typeof vPlace>;

/**
 * One source after the other, the oldest of each first: what would join an agent's context, or else what is in nobody's.
 * An agent's own words do not wait to be in its own context.
 */
export async function waiting(ctx: AuthedQueryCtx, args: Input<typeof contracts.review>) {
  const asked = { agent: agentFilter(ctx.principal, args.agent), source: args.source };
  const { agent: bound } = ctx.principal;
  const mayDecide = (row: Row) => bound === undefined || row.agent === bound;
  const joins = (row: Row) =>
    args.source !== undefined || asked.agent === undefined
      ? true
      : reaches(reviewed(row, "approved").audience, asked.agent);
  const after = args.cursor === undefined ? undefined : parseCursor(args.cursor, vPlace, asked);
  const now = Date.now();
  const { items, cursor } = await fillPage(inOrder(ctx, asked, after), {
    asked,
    limit: args.limit ?? DEFAULT_LIMIT,
    present: (row) => (isLiving(row, now) && joins(row) && mayDecide(row) ? present(row) : undefined),
    bytesOf: (row) => byteLength(row.content),
    placeOf: (row) => ["r", row.source, row._creationTime, row._id],
  });
  const isNobodys = asked.agent === undefined && asked.source === undefined && after === undefined;
  const agents = isNobodys ? await undecidedAgents(ctx) : [];
  return { memories: items, ...(agents.length === 0 ? {} : { agents }), ...(cursor === undefined ? {} : { cursor }) };
}

/** Agents whose words may be in contexts of some, and of which nobody has decided whether others should have them, too. */
async function undecidedAgents(ctx: AuthedQueryCtx): Promise<string[]> {
  const sources: string[] = [];
  const afterAgents = ownSource(AFTER_ALL);
  let row = await between(ctx, ownSource(""), afterAgents).first();
  while (row !== null && sources.push(row.source) < MOST_AGENTS)
    row = await between(ctx, row.source, afterAgents).first();
  return sources.map((source) => source.slice(ownSource("").length));
}

async function* inOrder(
  ctx: AuthedQueryCtx,
  { agent, source }: { agent: string | undefined; source: string | undefined },
  after: Place | undefined,
): AsyncGenerator<Row> {
  const [, from, at, id] = after ?? [undefined, source ?? "", 0, ""];
  for await (const row of ofSource(ctx, from, at)) if (row._creationTime > at || row._id > id) yield row;
  if (source !== undefined) return;
  if (agent === undefined) {
    for (const one of NOBODYS) if (one > from) yield* ofSource(ctx, one, 0);
    return;
  }
  const own = ownSource(agent);
  const isBefore = from < own;
  if (isBefore) yield* between(ctx, from, own);
  yield* between(ctx, isBefore ? own : from, AFTER_ALL);
}

/** Sources of what waits to be in any context at all, in their order. */
const NOBODYS = ["import", "instance"];
/** Greater than any source's name. */
const AFTER_ALL = "\uffff";

function ofSource(ctx: AuthedQueryCtx, source: string, from: number) {
  const { tenantId } = ctx.principal;
  return ctx.db
    .query("memories")
    .withIndex("by_tenant_review_source", (q) =>
      q.eq("tenantId", tenantId).eq("review", "waiting").eq("source", source).gte("_creationTime", from),
    );
}

function between(ctx: AuthedQueryCtx, after: string, before: string) {
  const { tenantId } = ctx.principal;
  return ctx.db
    .query("memories")
    .withIndex("by_tenant_review_source", (q) =>
      q.eq("tenantId", tenantId).eq("review", "waiting").gt("source", after).lt("source", before),
    );
}

/** A person's decision, which they may change; all of them or none. */
export async function decide(ctx: AuthedMutationCtx, { ids, shown, decision }: Input<typeof contracts.approve>) {
  const rows = new Map<string, Row>();
  for (const [at, id] of ids.entries()) {
    const row = requireCurrent(await requireOwn(ctx, id), "ids");
    if (shown !== undefined && shown[at] !== present(row).updatedAt)
      throw new AppError("invalid_input", `ids.${at}: was changed since it was shown`, {
        hint: "Look at it again with moorage memory review, then decide.",
      });
    rows.set(row._id, row);
  }
  const review = decision === "approve" ? "approved" : "rejected";
  for (const row of rows.values()) {
    const standing = reviewed(row, review);
    await ctx.db.patch("memories", row._id, standing);
    await share(ctx, row, standing.audience);
  }
  ctx.subjects.push(`decision:${decision}`, ...[...rows.keys()].map((id) => `memory:${id}`));
  return { reviewed: rows.size };
}

/** Everything that is remembered, page by page, in the order in which it was written. */
import type { Contract } from "@moorage/shared/contract";
import type * as contracts from "@moorage/shared/contracts/transfer";
import { byteLength } from "@moorage/shared/fields";
import * as z from "zod";
import type { Doc } from "../../_generated/dataModel.ts";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { given } from "../given.ts";
import * as logs from "../logs.ts";
import { agentFilter, present, type Row } from "../memories/rows.ts";
import { fillPage, parseCursor } from "../pages.ts";

type Asked<C extends Contract> = z.output<C["args"]>;

const PAGE = 200;

const vPlace = z.tuple([z.literal("x"), z.number(), z.string()]);
interface Ordered {
  _id: string;
  _creationTime: number;
}

/** Rows of the same moment come in the order of their ids. */
const isBefore = (row: Ordered, [, at, id]: z.infer<typeof vPlace>) => row._creationTime === at && row._id <= id;
const placeOf = (row: Ordered) => ["x", row._creationTime, row._id] as const;

type Agent = string | undefined;

/** The rows of one agent, or of all, as they were written from a moment on; what is presented as undefined stays out. */
interface Table<Row, Item> {
  rows: (agent: Agent, from: number) => AsyncIterable<Row>;
  present: (row: Row, agent: Agent) => Item | undefined;
}

export async function pageOf<Row extends Ordered & { content: string }, Item>(
  { principal }: AuthedQueryCtx,
  args: { agent?: Agent; cursor?: string | undefined },
  { rows, present }: Table<Row, Item>,
) {
  const asked = { agent: agentFilter(principal, args.agent) };
  const after = args.cursor === undefined ? undefined : parseCursor(args.cursor, vPlace, asked);
  return fillPage(rows(asked.agent, after?.[1] ?? 0), {
    asked,
    limit: PAGE,
    present: (row) => (after !== undefined && isBefore(row, after) ? undefined : present(row, asked.agent)),
    bytesOf: (row) => byteLength(row.content),
    placeOf,
  });
}

export async function memoriesPage(ctx: AuthedQueryCtx, args: Asked<typeof contracts.exportMemories>) {
  const { tenantId } = ctx.principal;
  const rows = (agent: Agent, from: number) => {
    const table = ctx.db.query("memories");
    return agent === undefined
      ? table.withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).gte("_creationTime", from))
      : table.withIndex("by_tenant_agent", (q) =>
          q.eq("tenantId", tenantId).eq("agent", agent).gte("_creationTime", from),
        );
  };
  const { items, ...next } = await pageOf(ctx, args, { rows, present: presentWhole });
  return { memories: await Promise.all(items.map((item) => linked(ctx, item))), ...next };
}

/** What came from a file is called as it was there: it is known again wherever it goes, and where it came from. */
export const nameOf = ({ key, _id }: { key?: string; _id: string }): string => key ?? _id;

function presentWhole(row: Row) {
  const { supersededBy: _, supersedes: __, ...memory } = present(row);
  const { supersedes, review } = row;
  return { memory: { ...memory, id: nameOf(row), ...given({ review }) }, supersedes };
}

async function linked(ctx: AuthedQueryCtx, { memory, supersedes }: ReturnType<typeof presentWhole>) {
  const old = supersedes === undefined ? null : await ctx.db.get("memories", supersedes);
  return { ...memory, ...(old === null ? {} : { supersedes: nameOf(old) }) };
}

export async function logsPage(ctx: AuthedQueryCtx, args: Asked<typeof contracts.exportLogs>) {
  const { tenantId } = ctx.principal;
  const rows = (agent: Agent, from: number) => {
    const table = ctx.db.query("logEntries");
    return agent === undefined
      ? table.withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).gte("_creationTime", from))
      : table.withIndex("by_tenant_agent", (q) =>
          q.eq("tenantId", tenantId).eq("agent", agent).gte("_creationTime", from),
        );
  };
  const { items, ...next } = await pageOf(ctx, args, { rows, present: presentLog });
  return { entries: items, ...next };
}

/** That it was altered is said where it is, and stands in no file that goes elsewhere. */
function presentLog(row: Doc<"logEntries">) {
  const { altered: _, ...entry } = logs.present(row);
  return { ...entry, id: nameOf(row) };
}

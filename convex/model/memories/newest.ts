/** Memories in the order of a list. */
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { EVERYONE } from "./provenance.ts";
import type { Row, Whose } from "./rows.ts";

interface Asked {
  whose: readonly Whose[];
  type: Row["type"] | undefined;
}

/** Rows of everything that is asked for, the newest first, each once. */
export function newestFirst(ctx: AuthedQueryCtx, { whose, type }: Asked, until = Infinity): AsyncIterable<Row> {
  return whose
    .map(({ agent, shared }) => (shared === undefined ? ofAgent(ctx, { agent, type }, until) : told(ctx, type, until)))
    .reduce(merged);
}

function ofAgent(
  ctx: AuthedQueryCtx,
  { agent, type }: { agent: string | undefined; type: Row["type"] | undefined },
  until: number,
): AsyncIterable<Row> {
  const { tenantId } = ctx.principal;
  const rows = ctx.db.query("memories");
  const indexed =
    agent !== undefined && type !== undefined
      ? rows.withIndex("by_tenant_agent_type", (q) =>
          q.eq("tenantId", tenantId).eq("agent", agent).eq("type", type).lte("_creationTime", until),
        )
      : agent !== undefined
        ? rows.withIndex("by_tenant_agent", (q) =>
            q.eq("tenantId", tenantId).eq("agent", agent).lte("_creationTime", until),
          )
        : type !== undefined
          ? rows.withIndex("by_tenant_type", (q) =>
              q.eq("tenantId", tenantId).eq("type", type).lte("_creationTime", until),
            )
          : rows.withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).lte("_creationTime", until));
  return indexed.order("desc");
}

/** What is in everyone's context. */
async function* told(ctx: AuthedQueryCtx, type: Row["type"] | undefined, until: number): AsyncGenerator<Row> {
  const { tenantId } = ctx.principal;
  const rows = ctx.db
    .query("memories")
    .withIndex("by_tenant_audience", (q) =>
      q.eq("tenantId", tenantId).eq("audience", EVERYONE).lte("_creationTime", until),
    )
    .order("desc");
  for await (const row of rows) if (type === undefined || row.type === type) yield row;
}

async function* merged(one: AsyncIterable<Row>, other: AsyncIterable<Row>): AsyncGenerator<Row> {
  const [first, second] = [one[Symbol.asyncIterator](), other[Symbol.asyncIterator]()];
  let [a, b] = [await first.next(), await second.next()];
  while (!a.done || !b.done) {
    if (!a.done && !b.done && a.value._id === b.value._id) b = await second.next();
    else if (b.done || (!a.done && isNewer(a.value, b.value))) {
      yield a.value;
      a = await first.next();
    } else {
      yield b.value;
      b = await second.next();
    }
  }
}

/** As the index has rows of one moment: by their ids. */
const isNewer = (a: Row, b: Row) =>
  a._creationTime === b._creationTime ? a._id > b._id : a._creationTime > b._creationTime;

import type { ResultOf } from "@moorage/shared/contract";
import * as contracts from "@moorage/shared/contracts/memory";
import * as old from "@moorage/shared/contracts/old-memory";
import { v } from "convex/values";
import { zid } from "convex-helpers/server/zod4";
import * as z from "zod";
import { internal } from "./_generated/api.ts";
import { internalMutation } from "./_generated/server.ts";
import { actionOfHalves, authedHalfQuery, authedMutation, authedQuery } from "./lib/functions.ts";
import * as contexts from "./model/context.ts";
import { search as searchLogs } from "./model/logs/search.ts";
import * as logs from "./model/logs.ts";
import * as meaning from "./model/meaning/search.ts";
import { forgetHistory as forgetPage, history as historyOf } from "./model/memories/history.ts";
import * as retentions from "./model/memories/retention.ts";
import * as reviews from "./model/memories/review.ts";
import { present } from "./model/memories/rows.ts";
import * as memories from "./model/memories.ts";
import * as oldNames from "./model/oldNames.ts";
import * as recall from "./model/recall/search.ts";
import { once } from "./model/receipts.ts";

export const add = authedMutation(contracts.add, async (ctx, { opId, ...args }) => {
  const {
    id: _id,
    existing,
    ...answer
  } = await once(
    ctx,
    { path: contracts.add.path, opId },
    async () => {
      const { row, ...rest } = await memories.add(ctx, args);
      return { id: row._id, memory: present(row), ...rest };
    },
    async (id) => ({ id, memory: await memories.get(ctx, id), existing: false }),
  );
  return { ...answer, ...marked(existing) };
});

export const addMany = authedMutation(contracts.addMany, async (ctx, { opId, agent, project, memories: entries }) => {
  const { added } = await once(
    ctx,
    { path: contracts.addMany.path, opId },
    async () => {
      const added = [];
      for (const entry of entries) {
        const { row, existing, ...told } = await memories.add(ctx, { ...entry, agent, project });
        added.push({ id: row._id as string, ...marked(existing), ...told });
      }
      return { id: added.map(({ id }) => id).join(" "), added };
    },
    async (ids) => ({ id: ids, added: ids.split(" ").map((id) => ({ id })) }),
  );
  return { added };
});

const marked = (existing: boolean) => (existing ? { existing: true as const } : {});

export const get = authedQuery(contracts.get, async (ctx, { id, history, cursor }) => ({
  ...(cursor === undefined ? { memory: await memories.get(ctx, id) } : {}),
  ...(history === true || cursor !== undefined ? await historyOf(ctx, id, cursor) : {}),
}));

export const update = authedMutation(contracts.update, async (ctx, { opId, ...args }) => ({
  memory: await once(
    ctx,
    { path: contracts.update.path, opId },
    () => memories.update(ctx, args),
    (id) => memories.get(ctx, id),
  ),
}));

const remove = authedMutation(contracts.delete, async (ctx, { opId, id }) => {
  await once(
    ctx,
    { path: contracts.delete.path, opId },
    () => memories.remove(ctx, id),
    async (ref) => ({ id: ref }),
  );
  return { deleted: true as const };
});

export { remove as delete };

export const list = authedQuery(contracts.list, (ctx, args) => memories.list(ctx, args));

/** An action, so that nothing changes for callers when vectors join (only actions can search them). */
export const search = actionOfHalves(contracts.search, async (ctx, args): Promise<Found> => {
  const first: Half = await ctx.runQuery(internal.memory.searchHalf, args);
  if (first.asking === undefined) return first.found!;
  const close = await meaning.closest(ctx, first.asking, args.query);
  return (await ctx.runQuery(internal.memory.searchHalf, { ...args, close })).found!;
});

type Found = ResultOf<typeof contracts.search>;
interface Half {
  asking?: meaning.Asking | undefined;
  found?: Found | undefined;
}

const asking = z.strictObject({
  tenantId: zid("tenants"),
  whose: z.array(z.strictObject({ agent: z.string().exactOptional(), shared: z.literal(true).exactOptional() })),
  generation: z.string(),
  url: z.string(),
  model: z.string(),
  dimensions: z.number().exactOptional(),
  secret: z.string().exactOptional(),
}) satisfies z.ZodType<meaning.Asking>;

/** What words find; where meaning counts, first where to ask for it and then, with the answer, both. */
const half = {
  args: contracts.search.args.extend({ close: z.array(z.string()).optional() }),
  result: z.strictObject({ asking: asking.optional(), found: contracts.search.result.optional() }),
};

export const searchHalf = authedHalfQuery(contracts.search, half, async (ctx, { close, ...args }) => {
  const asking = close === undefined ? await meaning.askingOf(ctx, args) : undefined;
  return asking === undefined ? { found: await recall.search(ctx, args, close) } : { asking };
});

export const context = authedQuery(contracts.context, (ctx, args) => contexts.context(ctx, args));

export const review = authedQuery(contracts.review, (ctx, args) => reviews.waiting(ctx, args));

export const approve = authedMutation(contracts.approve, (ctx, args) => reviews.decide(ctx, args));

export const retention = authedQuery(contracts.retention, (ctx) => retentions.get(ctx, ctx.principal.tenantId));

export const setRetention = authedMutation(contracts.setRetention, (ctx, args) => retentions.set(ctx, args));

export const logAppend = authedMutation(contracts.logAppend, async (ctx, { opId, ...args }) => ({
  entry: await once(
    ctx,
    { path: contracts.logAppend.path, opId },
    () => logs.append(ctx, args),
    (id) => logs.get(ctx, id),
  ),
}));

export const logRead = authedQuery(contracts.logRead, (ctx, args) => logs.read(ctx, args));

export const logSearch = authedQuery(contracts.logSearch, (ctx, args) => searchLogs(ctx, args));

export const logList = authedQuery(contracts.logList, (ctx, args) => logs.days(ctx, args));

export const addMemory = authedMutation(old.addMemory, (ctx, args) => oldNames.addMemory(ctx, args));

export const searchMemory = authedQuery(old.searchMemory, (ctx, args) => oldNames.searchMemory(ctx, args));

export const deleteMemory = authedMutation(old.deleteMemory, (ctx, args) => oldNames.deleteMemory(ctx, args));

export const writeDailyLog = authedMutation(old.writeDailyLog, (ctx, args) => oldNames.writeDailyLog(ctx, args));

export const getDailyLog = authedQuery(old.getDailyLog, (ctx, args) => oldNames.getDailyLog(ctx, args));

export const listDailyLogs = authedQuery(old.listDailyLogs, (ctx, args) => oldNames.listDailyLogs(ctx, args));

/** Goes on forgetting the history of a memory that is gone. */
export const forgetHistory = internalMutation({
  args: { memoryId: v.id("memories"), tenantId: v.id("tenants") },
  returns: v.null(),
  handler: async (ctx, { memoryId, tenantId }) => {
    await forgetPage(ctx, { _id: memoryId, tenantId });
    return null;
  },
});

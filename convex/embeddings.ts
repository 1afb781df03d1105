/** What memories mean: where vectors come from, and the job that makes them. */
import type { ResultOf } from "@moorage/shared/contract";
import * as contracts from "@moorage/shared/contracts/embeddings";
import { embeddingsUrlProblem } from "@moorage/shared/embeddings-url";
import { AppError } from "@moorage/shared/errors";
import { v } from "convex/values";
import { internal } from "./_generated/api.ts";
import { internalAction, internalMutation, internalQuery } from "./_generated/server.ts";
import { authedAction, authedInternalMutation, authedMutation, authedQuery } from "./lib/functions.ts";
import { EndpointFailure, embed } from "./model/meaning/endpoint.ts";
import * as job from "./model/meaning/job.ts";
import * as settings from "./model/meaning/settings.ts";
import { isTrusted, trialsOf } from "./model/meaning/trust.ts";

const TRY_MS = 15_000;
const BATCH_MS = 30_000;
/** What one action does before it hands on to the next: minutes at most. */
const BATCHES = 8;
const FORGET_PAGE = 100;
const TENANTS = 1_000;

export const set = authedAction(contracts.set, async (ctx, args): Promise<ResultOf<typeof contracts.set>> => {
  const problem = embeddingsUrlProblem(args.url, process.env["MOORAGE_EMBEDDINGS_LOCAL"]);
  if (problem !== undefined) throw new AppError("invalid_input", `url: ${problem}`);
  try {
    const endpoint = await settings.endpointOf(ctx, ctx.principal.tenantId, args);
    await embed(endpoint, ["The harbour opens at six.", "Nobody knows when."], TRY_MS);
  } catch (error) {
    if (!(error instanceof EndpointFailure)) throw error;
    throw new AppError("invalid_input", error.message, {
      hint: "Nothing was changed. Check the address, the model and the secret, then set it again.",
    });
  }
  return ctx.runMutation(internal.embeddings.keepSettings, args);
});

export const keepSettings = authedInternalMutation(
  contracts.set,
  { args: contracts.set.args, result: contracts.set.result },
  async (ctx, args) => {
    const { tenantId, keyId: setBy } = ctx.principal;
    const before = await settings.findSettings(ctx, tenantId);
    if (before !== null) await settings.clear(ctx, before);
    const generation = crypto.randomUUID().slice(0, 8);
    const id = await ctx.db.insert("embeddingSettings", { tenantId, ...args, generation, setBy, setAt: Date.now() });
    const none = { upTo: 0, done: 0, trials: 0, wins: 0, tries: 0 };
    await ctx.db.insert("embeddingJobs", { tenantId, generation, ...none });
    const row = (await ctx.db.get("embeddingSettings", id))!;
    await job.begin(ctx, row, (await settings.findJob(ctx, tenantId))!);
    ctx.subjects.push(`embeddings:${new URL(args.url).hostname}`);
    return { embeddings: settings.present(row) };
  },
);

export const status = authedQuery(contracts.status, async (ctx) => {
  const { tenantId } = ctx.principal;
  const [row, at] = [await settings.findSettings(ctx, tenantId), await settings.findJob(ctx, tenantId)];
  if (row === null || at === null) return {};
  const { done, problem, nextAt } = at;
  const { items } = await job.batchFrom(ctx, row, at.upTo);
  return {
    embeddings: settings.present(row),
    progress: {
      done,
      isCurrent: items.length === 0,
      ranks: isTrusted(at),
      ...(problem === undefined ? {} : { problem }),
      ...(nextAt === undefined ? {} : { nextTryAt: new Date(nextAt).toISOString() }),
    },
  };
});

export const off = authedMutation(contracts.off, async (ctx) => {
  const row = await settings.findSettings(ctx, ctx.principal.tenantId);
  if (row === null) {
    throw new AppError("not_found", "No embeddings are set.", { hint: "Search works by words alone; nothing to do." });
  }
  await settings.clear(ctx, row);
  ctx.subjects.push(`embeddings:${new URL(row.url).hostname}`);
  return { off: true as const };
});

/** Begins a run for each tenant that has something to do. */
export const tick = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const now = Date.now();
    for (const row of await ctx.db.query("embeddingSettings").take(TENANTS)) {
      const at = await settings.findJob(ctx, row.tenantId);
      if (at !== null && (await job.isDue(ctx, row, at, now))) await job.begin(ctx, row, at);
    }
    return null;
  },
});

const vRun = { tenantId: v.id("tenants"), generation: v.string(), lease: v.number() };

export const fill = internalAction({
  args: { ...vRun, from: v.optional(v.number()) },
  returns: v.null(),
  handler: async (ctx, { from = undefined, ...first }) => {
    let run: job.Run = first;
    let next = from;
    for (let count = 0; count < BATCHES; count++) {
      const page: { settings: settings.Settings; batch: job.Batch } | null = await ctx.runQuery(
        internal.embeddings.nextBatch,
        { ...run, ...(next === undefined ? {} : { from: next }) },
      );
      if (page === null) return null;
      try {
        const { batch } = page;
        const texts = batch.items.map(({ text }) => text);
        const vectors =
          texts.length === 0
            ? []
            : await embed(await settings.endpointOf(ctx, run.tenantId, page.settings), texts, BATCH_MS);
        const items = batch.items.map(({ text: _text, ...item }, at) => ({ ...item, vector: vectors[at]! }));
        const seen = trialsOf(texts, vectors);
        const lease: number | null = await ctx.runMutation(internal.embeddings.keep, {
          ...run,
          batch: { items, next: batch.next, isEnd: batch.isEnd, seen },
        });
        if (lease === null) return null;
        run = { ...run, lease };
        next = batch.next;
      } catch (error) {
        const problem = error instanceof EndpointFailure ? error.message : "The run failed.";
        await ctx.runMutation(internal.embeddings.fail, { ...run, problem });
        return null;
      }
    }
    await ctx.scheduler.runAfter(0, internal.embeddings.fill, {
      ...run,
      ...(next === undefined ? {} : { from: next }),
    });
    return null;
  },
});

export const nextBatch = internalQuery({
  args: { ...vRun, from: v.optional(v.number()) },
  handler: async (ctx, { from, ...run }) => {
    const [row, at] = [await settings.findSettings(ctx, run.tenantId), await settings.findJob(ctx, run.tenantId)];
    const isHeld = at?.generation === run.generation && at.leaseUntil === run.lease;
    return row === null || !isHeld ? null : { settings: row, batch: await job.batchFrom(ctx, row, from ?? at.upTo) };
  },
});

export const keep = internalMutation({
  args: {
    ...vRun,
    batch: v.object({
      items: v.array(
        v.object({
          memoryId: v.id("memories"),
          indexId: v.id("memoryIndex"),
          agent: v.string(),
          part: v.number(),
          vector: v.array(v.float64()),
        }),
      ),
      next: v.number(),
      isEnd: v.boolean(),
      seen: v.object({ trials: v.number(), wins: v.number() }),
    }),
  },
  returns: v.union(v.number(), v.null()),
  handler: async (ctx, { batch, ...run }) => (await job.keepBatch(ctx, run, batch)) ?? null,
});

export const fail = internalMutation({
  args: { ...vRun, problem: v.string() },
  returns: v.null(),
  handler: async (ctx, { problem, ...run }) => {
    const at = await job.heldJob(ctx, run);
    if (at !== undefined) await job.putOff(ctx, at, problem);
    return null;
  },
});

export const rest = internalMutation({
  args: { tenantId: v.id("tenants"), generation: v.string() },
  returns: v.null(),
  handler: async (ctx, { tenantId, generation }) => {
    await job.rest(ctx, tenantId, generation);
    return null;
  },
});

export const key = internalQuery({
  args: { tenantId: v.id("tenants"), name: v.string() },
  handler: (ctx, { tenantId, name }) => settings.sealedKey(ctx, tenantId, name),
});

/** Removes vectors of settings that are no more, a page at a time. */
export const forget = internalMutation({
  args: { space: v.string() },
  returns: v.null(),
  handler: async (ctx, { space }) => {
    const rows = await ctx.db
      .query("memoryVectors")
      .withIndex("by_space", (q) => q.eq("space", space))
      .take(FORGET_PAGE);
    for (const row of rows) await ctx.db.delete("memoryVectors", row._id);
    if (rows.length === FORGET_PAGE) await ctx.scheduler.runAfter(0, internal.embeddings.forget, { space });
    return null;
  },
});

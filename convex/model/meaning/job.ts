/**
 * Gives memories their vectors: those that are there, and each new or changed one within a minute. A run holds a lease
 * and does a page at a time; a crash leaves the lease to run out, a failure is tried again after a growing pause.
 */
import { internal } from "../../_generated/api.ts";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";
import { append } from "../audit/record.ts";
import { livingSpace } from "../recall/upkeep.ts";
import { textsOf } from "./pieces.ts";
import { findJob, findSettings, ownerOf, type Settings, spaceOf } from "./settings.ts";
import type { Trials } from "./trust.ts";

type Job = Doc<"embeddingJobs">;

export const BATCH = 64;
/** Index rows looked at for one batch. */
const SCAN = 256;
/** Longer than one call and its page take. */
const LEASE_MS = 2 * 60_000;
/** A row that was begun earlier may be committed after one that was begun later, by so much at most. */
const UNSETTLED_MS = 30_000;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 60 * 60_000;

export interface Batch {
  items: { memoryId: Id<"memories">; indexId: Id<"memoryIndex">; agent: string; part: number; text: string }[];
  /** Where the next page begins. */
  next: number;
  isEnd: boolean;
}

/** Whether there is something to do for a tenant, and nobody at it. */
export async function isDue(ctx: QueryCtx, { tenantId }: Settings, job: Job, now: number): Promise<boolean> {
  if ((job.leaseUntil ?? 0) > now || (job.nextAt ?? 0) > now) return false;
  return (await rowsFrom(ctx, tenantId, job.upTo).first()) !== null;
}

const rowsFrom = (ctx: Pick<QueryCtx, "db">, tenantId: Id<"tenants">, from: number) =>
  ctx.db
    .query("memoryIndex")
    .withIndex("by_space", (q) => q.eq("space", livingSpace(tenantId)).gt("_creationTime", from));

/** Takes the lease, and leaves on record that the service's key is about to be used. */
export async function begin(ctx: MutationCtx, settings: Settings, job: Job): Promise<void> {
  const { tenantId, generation, secret, setBy } = settings;
  const lease = Date.now() + LEASE_MS;
  await ctx.db.patch("embeddingJobs", job._id, { leaseUntil: lease });
  await ctx.scheduler.runAfter(0, internal.embeddings.fill, { tenantId, generation, lease });
  if (secret === undefined) return;
  const used = { function: "embeddings:fill", outcome: "ok", subjects: [`secret:${secret}`], count: 1 };
  await append(ctx, { tenantId, keyId: setBy, ...used });
}

/** The next pieces of memories that have no vector of what they say. */
export async function batchFrom(ctx: QueryCtx, settings: Settings, from: number): Promise<Batch> {
  const rows = await rowsFrom(ctx, settings.tenantId, from).take(SCAN);
  const items: Batch["items"] = [];
  const texts = new Map<Id<"memories">, string[]>();
  let next = from;
  for (const { _id: indexId, _creationTime, memoryId, agent, part } of rows) {
    if (items.length === BATCH) return { items, next, isEnd: false };
    next = _creationTime;
    const vectors = await vectorsOf(ctx, indexId);
    if (vectors.some(({ space }) => space === spaceOf(settings))) continue;
    if (!texts.has(memoryId)) {
      const memory = await ctx.db.get("memories", memoryId);
      texts.set(memoryId, memory === null ? [] : textsOf(memory));
    }
    const text = texts.get(memoryId)![part];
    if (text !== undefined) items.push({ memoryId, indexId, agent, part, text });
  }
  return { items, next, isEnd: rows.length < SCAN };
}

const vectorsOf = (ctx: Pick<QueryCtx, "db">, indexId: Id<"memoryIndex">) =>
  ctx.db
    .query("memoryVectors")
    .withIndex("by_index", (q) => q.eq("indexId", indexId))
    .collect();

export interface Run {
  tenantId: Id<"tenants">;
  generation: string;
  lease: number;
}

/** The job, where this run still holds it. */
export async function heldJob(ctx: MutationCtx, { tenantId, generation, lease }: Run): Promise<Job | undefined> {
  const job = await findJob(ctx, tenantId);
  return job?.generation === generation && job.leaseUntil === lease ? job : undefined;
}

/** Keeps a batch's vectors, of those memories that still say the same. Answers with the lease to go on with. */
export async function keepBatch(
  ctx: MutationCtx,
  run: Run,
  { items, next, isEnd, seen }: Omit<Batch, "items"> & { items: Kept[]; seen: Trials },
): Promise<number | undefined> {
  const [settings, job] = [await findSettings(ctx, run.tenantId), await heldJob(ctx, run)];
  if (settings === null || job === undefined) return undefined;
  for (const { memoryId, indexId, agent, vector } of items) {
    const row = await ctx.db.get("memoryIndex", indexId);
    if (row === null) continue;
    for (const old of await vectorsOf(ctx, indexId)) await ctx.db.delete("memoryVectors", old._id);
    const space = spaceOf(settings);
    const place = { space, owner: ownerOf(settings, agent), ...(row.shared === undefined ? {} : { shared: space }) };
    await ctx.db.insert("memoryVectors", { memoryId, indexId, ...place, vector });
  }
  const now = Date.now();
  const leaseUntil = isEnd ? undefined : now + LEASE_MS;
  await ctx.db.patch("embeddingJobs", job._id, {
    upTo: Math.max(job.upTo, Math.min(next, now - UNSETTLED_MS)),
    done: job.done + items.filter(({ part }) => part === 0).length,
    trials: job.trials + seen.trials,
    wins: job.wins + seen.wins,
    tries: 0,
    leaseUntil,
    nextAt: undefined,
    problem: undefined,
  });
  return leaseUntil;
}

export interface Kept {
  memoryId: Id<"memories">;
  indexId: Id<"memoryIndex">;
  agent: string;
  part: number;
  vector: number[];
}

/** Spares questions the service for a while, as one got no answer in time; the job goes on, and says what it finds. */
export async function rest(ctx: MutationCtx, tenantId: Id<"tenants">, generation: string): Promise<void> {
  const [job, now] = [await findJob(ctx, tenantId), Date.now()];
  if (job?.generation !== generation || (job.restUntil ?? 0) > now) return;
  await ctx.db.patch("embeddingJobs", job._id, { restUntil: now + FIRST_PAUSE_MS });
}

/** Leaves the rest for later: sooner at first, then hourly. */
export async function putOff(ctx: MutationCtx, job: Job, problem: string): Promise<void> {
  const tries = job.tries + 1;
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1)) * (0.75 + Math.random() / 2);
  const nextAt = Date.now() + Math.round(pause);
  await ctx.db.patch("embeddingJobs", job._id, { tries, nextAt, problem, leaseUntil: undefined });
}

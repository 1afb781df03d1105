/** The writing halves of the actions in secrets.ts: what they sealed is kept, and goes on record. */
import * as contracts from "@moorage/shared/contracts/secrets";
import { AppError } from "@moorage/shared/errors";
import { v } from "convex/values";
import * as z from "zod";
import { internal } from "./_generated/api.ts";
import type { Id } from "./_generated/dataModel.ts";
import { internalMutation, type MutationCtx } from "./_generated/server.ts";
import { authedInternalMutation } from "./lib/functions.ts";
import { requireTurn } from "./model/allowance.ts";
import { requireApproval } from "./model/approvals.ts";
import * as keys from "./model/keys/keys.ts";
import { findDone } from "./model/receipts.ts";
import { copyLines, isWider } from "./model/secrets/approve.ts";
import * as halves from "./model/secrets/halves.ts";
import { requireRow, subjectOf } from "./model/secrets/place.ts";
import { store, storeOnce } from "./model/secrets/store.ts";
import * as uses from "./model/secrets/uses.ts";

const PAGE_MS = 10 * 60_000;
/** Of what was used at once, so many are named on record; of the others, how many they were. */
const NAMED = 100;
const EXPIRED = 100;
/** Agents that resolved a secret which is forgotten now. */
const USES = 1_000;

const repeatable = { opId: contracts.generate.args.shape.opId };
const sensitive = halves.SENSITIVE;

export const set = authedInternalMutation(
  contracts.set,
  { args: halves.sealing, result: contracts.set.result, sensitive },
  async (ctx, sealing) => {
    const { secret, changed } = await store(ctx, sealing);
    return { secret, changed };
  },
);

export const generate = authedInternalMutation(
  contracts.generate,
  { args: halves.sealing.extend(repeatable), result: contracts.generate.result, sensitive },
  async (ctx, { opId, ...sealing }) => ({
    secret: await storeOnce(ctx, { path: contracts.generate.path, opId }, sealing),
  }),
);

export const rotate = authedInternalMutation(
  contracts.rotate,
  { args: halves.sealing.extend(repeatable), result: contracts.generate.result, sensitive },
  async (ctx, { opId, ...sealing }) => ({
    secret: await storeOnce(ctx, { path: contracts.rotate.path, opId }, sealing),
  }),
);

export const restore = authedInternalMutation(
  contracts.restore,
  { args: halves.sealing.extend(repeatable), result: contracts.restore.result, sensitive },
  async (ctx, { opId, ...sealing }) => ({
    secret: await storeOnce(ctx, { path: contracts.restore.path, opId }, sealing),
  }),
);

/** What is copied must still be what was shown and sealed. */
export const copy = authedInternalMutation(
  contracts.copy,
  {
    args: halves.sealing.extend({ ...repeatable, from: halves.place, fromVersion: z.number() }),
    result: contracts.copy.result,
    sensitive,
  },
  async (ctx, { opId, from, fromVersion, ...sealing }) => {
    const operation = { path: contracts.copy.path, opId };
    ctx.subjects.push(subjectOf(from));
    // An approval is for one copy: a repeat of that copy needs no other.
    if ((await findDone(ctx, operation)) === undefined) {
      const { version } = await requireRow(ctx, ctx.principal.tenantId, from);
      if (version !== fromVersion) throw new AppError("conflict");
      const wait = isWider(from, sealing.place)
        ? await requireApproval(ctx, { kind: "secret_copy", lines: copyLines(from, version, sealing.place) })
        : undefined;
      if (wait !== undefined) return wait;
    }
    return { status: "done" as const, secret: await storeOnce(ctx, operation, sealing) };
  },
);

export const page = authedInternalMutation(
  contracts.request,
  {
    args: z.strictObject({ place: halves.place, keyId: z.string(), proofHash: z.string() }),
    result: z.strictObject({ expiresAt: z.string() }),
  },
  async (ctx, { place, ...minted }) => {
    const expiresAt = Date.now() + PAGE_MS;
    ctx.subjects.push(subjectOf(place));
    await keys.insert(ctx, minted, {
      name: "secret page",
      scopes: ["page:secret"],
      expiresAt,
      purpose: { kind: "secretPage", place },
    });
    return { expiresAt: new Date(expiresAt).toISOString() };
  },
);

const used = z.strictObject({ agent: z.string(), secretIds: z.array(z.string()), subjects: z.array(z.string()) });

export const recordResolve = authedInternalMutation(
  contracts.resolve,
  { args: used, result: z.null() },
  async (ctx, { agent, secretIds, subjects }) => {
    for (const text of secretIds) {
      const id = ctx.db.normalizeId("secrets", text);
      if (id !== null) await uses.note(ctx, id, agent);
    }
    ctx.subjects.push(`agent:${agent}`, ...named(subjects));
    return null;
  },
);

export const recordCompare = authedInternalMutation(
  contracts.compare,
  { args: z.strictObject({ subjects: z.array(z.string()) }), result: z.null() },
  async (ctx, { subjects }) => {
    ctx.subjects.push(...named(subjects));
    return null;
  },
);

export const recordReveal = authedInternalMutation(
  contracts.reveal,
  { args: z.strictObject({ subjects: z.array(z.string()) }), result: z.null() },
  async (ctx, { subjects }) => {
    await requireTurn(ctx, "reveal");
    ctx.subjects.push(...subjects);
    return null;
  },
);

export const recordExport = authedInternalMutation(
  contracts.export,
  { args: z.strictObject({ subjects: z.array(z.string()) }), result: z.null() },
  async (ctx, { subjects }) => {
    await requireTurn(ctx, "export");
    ctx.subjects.push(...named(subjects));
    return null;
  },
);

function named(subjects: readonly string[]): string[] {
  const rest = subjects.length - NAMED;
  return rest > 0 ? [...subjects.slice(0, NAMED), `and ${rest} more`] : [...subjects];
}

/** Forgets versions whose retention has ended, and secrets that have none left, a page at a time. */
export const expire = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const old = await ctx.db
      .query("secretVersions")
      .withIndex("by_keptUntil", (q) => q.gt("keptUntil", 0).lt("keptUntil", Date.now()))
      .take(EXPIRED);
    for (const { _id, secretId } of old) {
      await ctx.db.delete("secretVersions", _id);
      const secret = await ctx.db.get("secrets", secretId);
      const next = await ctx.db
        .query("secretVersions")
        .withIndex("by_secret", (q) => q.eq("secretId", secretId))
        .first();
      if (next === null && secret?.deletedAt !== undefined) await forget(ctx, secretId);
    }
    if (old.length === EXPIRED) await ctx.scheduler.runAfter(0, internal.secretWrites.expire, {});
    return null;
  },
});

async function forget(ctx: MutationCtx, secretId: Id<"secrets">): Promise<void> {
  const agents = await ctx.db
    .query("secretUses")
    .withIndex("by_secret_agent", (q) => q.eq("secretId", secretId))
    .take(USES);
  for (const { _id } of agents) await ctx.db.delete("secretUses", _id);
  await ctx.db.delete("secrets", secretId);
}

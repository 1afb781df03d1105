/** The state machine's own functions: nobody calls them but the scheduler. See "An operation" in README.md. */
import { type Infer, v } from "convex/values";
import { literals } from "convex-helpers/validators";
import { internal } from "./_generated/api.ts";
import { internalAction, internalMutation } from "./_generated/server.ts";
import { bootstrap } from "./model/deploy/bootstrap.ts";
import { credentialFor } from "./model/deploy/connections.ts";
import { CALLS_MS } from "./model/operations/machine.ts";
import { happen, jobOf } from "./model/operations/operations.ts";
import { type Done, type Job, vJob, work } from "./model/operations/work.ts";
import { openProvider } from "./model/providers/open.ts";

/** What ends a lease is scheduled with it; where that call was lost, the next look round does it. */
const LOST_MS = 30_000;
const SWEPT = 100;

const call = { operationId: v.id("operations"), seq: v.number() };

const vResult = v.object({
  type: literals("done", "again", "retry", "fail"),
  pending: v.optional(v.array(v.string())),
  problem: v.optional(v.string()),
  afterMs: v.optional(v.number()),
});

/** Takes the work, does it at the provider, and reports. To throw on the way means that its lease ends. */
export const perform = internalAction({
  args: call,
  returns: v.null(),
  handler: async (ctx, args) => {
    const begun = Date.now();
    const job: Job | null = await ctx.runMutation(internal.operations.claim, args);
    if (job === null) return null;
    const { tenantId, provider: name, operationId, seq } = job;
    const credential = await credentialFor(ctx, { tenantId, provider: name });
    const done: Done =
      credential === undefined
        ? { result: notConnected(job) }
        : await work(openProvider(ctx, { name, tenantId, credential, until: begun + CALLS_MS }), job, () =>
            bootstrap(ctx, job),
          );
    await ctx.runMutation(internal.operations.report, { operationId, seq, ...done });
    return null;
  },
});

/** What is to be created can be given up; what is to go cannot. */
const notConnected = ({ state, provider }: Job): Done["result"] => ({
  type: state === "destroy" ? "retry" : "fail",
  problem: `There is no credential for ${provider} any more.`,
});

/** The work of the current state, for one worker: whoever comes after it finds another number. */
export const claim = internalMutation({
  args: call,
  returns: v.union(v.null(), vJob),
  handler: async (ctx, { operationId, seq }) =>
    (await happen(ctx, operationId, { type: "claimed", seq })) ? jobOf(ctx, operationId) : null,
});

export const report = internalMutation({
  args: {
    ...call,
    result: vResult,
    server: v.optional(v.object({ id: v.string(), address: v.optional(v.string()) })),
  },
  returns: v.null(),
  handler: async (ctx, { operationId, seq, result, server }) => {
    const operation = await ctx.db.get("operations", operationId);
    if (operation === null) return null;
    const isCurrent = operation.seq === seq;
    if (server !== undefined && isCurrent) {
      const address = server.address === undefined ? {} : { address: server.address };
      await ctx.db.patch("deployments", operation.deploymentId, { serverId: server.id, ...address });
    }
    if (isCurrent) await happen(ctx, operationId, { type: "reported", seq, result: resultOf(result) });
    else if (server !== undefined) await happen(ctx, operationId, { type: "late" });
    return null;
  },
});

const resultOf = ({ type, pending, problem = "", afterMs }: Infer<typeof vResult>): Done["result"] => {
  const waits = pending === undefined ? {} : { pending };
  if (type === "done" || type === "again") return { type, ...waits };
  return type === "fail" ? { type, problem } : { type, problem, ...(afterMs === undefined ? {} : { afterMs }) };
};

/** The lease of whoever works on the state, or of the server that is waited for, has ended. */
export const expire = internalMutation({
  args: call,
  returns: v.null(),
  handler: async (ctx, { operationId, seq }) => {
    await happen(ctx, operationId, { type: "expired", seq });
    return null;
  },
});

/** A process that died took its calls with it: what should have ended long ago is ended here. */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const overdue = await ctx.db
      .query("operations")
      .withIndex("by_leaseUntil", (q) => q.gt("leaseUntil", 0).lt("leaseUntil", Date.now() - LOST_MS))
      .take(SWEPT);
    for (const { _id: operationId, seq } of overdue)
      await ctx.scheduler.runAfter(0, internal.operations.expire, { operationId, seq });
    return null;
  },
});

/** The provider `simulated`: what its adapter calls where others call an API. */
import { v } from "convex/values";
import { literals } from "convex-helpers/validators";
import { internalMutation, internalQuery } from "./_generated/server.ts";
import * as reports from "./model/providers/simulatedReports.ts";
import * as servers from "./model/providers/simulatedServers.ts";
import { vFailure, vLabels, vServer } from "./model/providers/validators.ts";

const tenantId = v.id("tenants");
const named = { tenantId, id: v.string() };
/** Of the action that asks: a query's own clock may be that of an earlier, equal question. */
const now = v.number();

const vDone = v.union(v.object({ ok: v.literal(true) }), vFailure);

export const create = internalMutation({
  args: { tenantId, name: v.string(), labels: vLabels, region: v.string(), size: v.string() },
  returns: v.union(v.object({ ok: v.literal(true), server: vServer }), vFailure),
  handler: servers.create,
});

export const get = internalQuery({
  args: { ...named, now },
  returns: v.union(v.null(), vServer),
  handler: servers.get,
});

export const findByAttempt = internalQuery({
  args: { tenantId, attempt: v.string(), now },
  returns: v.array(vServer),
  handler: servers.findByAttempt,
});

export const list = internalQuery({ args: { tenantId, now }, returns: v.array(vServer), handler: servers.list });

export const progress = internalQuery({
  args: { ...named, now },
  returns: literals("running", "done", "failed", "gone"),
  handler: servers.progress,
});

export const power = internalMutation({
  args: { ...named, change: literals("start", "stop", "restart") },
  returns: vDone,
  handler: servers.power,
});

export const destroy = internalMutation({ args: named, returns: vDone, handler: servers.destroy });

/** What a running server schedules for itself, again and again. */
export const report = internalMutation({
  args: { id: v.id("simulatedServers"), startedAt: v.number() },
  returns: v.null(),
  handler: async (ctx, started) => {
    await reports.report(ctx, started);
    return null;
  },
});

export const resume = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await reports.resume(ctx);
    return null;
  },
});

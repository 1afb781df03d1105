/** What crosses from a function to an adapter and back, as Convex checks it. */
import { v } from "convex/values";
import { literals } from "convex-helpers/validators";

export const vLabels = v.object({ owner: v.string(), deployment: v.string(), attempt: v.string() });

export const vServer = v.object({
  id: v.string(),
  name: v.string(),
  state: literals("starting", "running", "off", "other"),
  labels: v.object({
    owner: v.optional(v.string()),
    deployment: v.optional(v.string()),
    attempt: v.optional(v.string()),
  }),
  ipv4: v.optional(v.string()),
  ipv6: v.optional(v.string()),
  createdAt: v.optional(v.number()),
});

export const vFailure = v.object({
  ok: v.literal(false),
  class: literals("retryable", "unknown", "quota", "auth", "name_taken", "unavailable", "rejected"),
  message: v.string(),
  retryAfterMs: v.optional(v.number()),
});

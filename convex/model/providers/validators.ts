/** What crosses from a function to an adapter and back, as Convex checks it. */
import { v } from "convex/values";

export const vLabels = v.object({ owner: v.string(), deployment: v.string(), attempt: v.string() });

export const vServer = v.object({
  id: v.string(),
  name: v.string(),
  state: v.union(v.literal("starting"), v.literal("running"), v.literal("off"), v.literal("other")),
  labels: v.object({
    owner: v.optional(v.string()),
    deployment: v.optional(v.string()),
    attempt: v.optional(v.string()),
  }),
  ipv4: v.optional(v.string()),
  ipv6: v.optional(v.string()),
  createdAt: v.optional(v.number()),
});

export const vFailureClass = v.union(
  v.literal("retryable"),
  v.literal("unknown"),
  v.literal("quota"),
  v.literal("auth"),
  v.literal("name_taken"),
  v.literal("unavailable"),
  v.literal("rejected"),
);

export const vFailure = v.object({
  ok: v.literal(false),
  class: vFailureClass,
  message: v.string(),
  retryAfterMs: v.optional(v.number()),
});

import { CLOUDS } from "@moorage/shared/deployment";
import { defineTable } from "convex/server";
import { v } from "convex/values";
import { literals } from "convex-helpers/validators";
import { vLevel } from "./secrets.ts";

/** What an enrolment code turns into. */
export const vGrants = v.object({
  name: v.string(),
  scopes: v.array(v.string()),
  agent: v.optional(v.string()),
  cidrs: v.optional(v.array(v.string())),
  expiresAt: v.optional(v.number()),
});

/** What a key that the backend made is for; a person's or an agent's key has no purpose but its scopes. */
export const vPurpose = v.union(
  v.object({
    kind: v.literal("enroll"),
    grants: vGrants,
    /** Who redeems it: set by the first, and nobody else may after. */
    claim: v.optional(v.string()),
    redeemedAs: v.optional(v.string()),
  }),
  v.object({
    kind: v.literal("secretPage"),
    place: v.object({ name: v.string(), level: vLevel, agent: v.string() }),
  }),
  v.object({ kind: v.literal("credentialPage"), provider: literals(...CLOUDS) }),
  v.object({ kind: v.literal("approvalPage"), approvalId: v.id("approvals") }),
  v.object({
    kind: v.literal("enrollInstance"),
    instanceId: v.id("instances"),
    /** Who redeems it, as above. */
    claim: v.optional(v.string()),
  }),
);

export const keyTables = {
  // API keys, and codes and page tokens that have a key's form. Written by tenants:provision and the functions of keys:,
  // secrets:request and approvals:page; read by every call (so nothing that changes often belongs here). A revoked key
  // stays, so that its id is never given again; codes and page tokens are removed a day after their end.
  keys: defineTable({
    tenantId: v.id("tenants"),
    keyId: v.string(),
    name: v.string(),
    scopes: v.array(v.string()),
    /** A bound key acts as this agent, whatever its calls say. */
    agent: v.optional(v.string()),
    /** SHA-256 of the proof, in hex; the secret itself is never here. */
    proofHash: v.string(),
    /** Networks it may be used from, as CIDRs; absent means any. */
    cidrs: v.optional(v.array(v.string())),
    /** Milliseconds since 1970. */
    expiresAt: v.optional(v.number()),
    revokedAt: v.optional(v.number()),
    /** The key id that takes over while this one works on. */
    successor: v.optional(v.string()),
    /** The key that made this one; absent for those of the first start. */
    createdBy: v.optional(v.string()),
    purpose: v.optional(vPurpose),
  })
    .index("by_keyId", ["keyId"])
    .index("by_tenant", ["tenantId"])
    .index("by_purpose_expiresAt", ["purpose.kind", "expiresAt"]),

  // When and from where a key was last used. Written by keys:touch, at most hourly for each key and door; read by
  // keys:list alone. Stays with its key.
  keyUsage: defineTable({
    tenantId: v.id("tenants"),
    keyId: v.string(),
    lastUsedAt: v.number(),
    /** The latest, newest first. */
    networks: v.array(v.string()),
  }).index("by_keyId", ["keyId"]),
};

import { defineTable } from "convex/server";
import { v } from "convex/values";

export const vLevel = v.union(v.literal("agent"), v.literal("default"), v.literal("global"));

export const vSource = v.union(v.literal("typed"), v.literal("imported"), v.literal("generated"), v.literal("copied"));

/** A flattened JWE less its additional authenticated data, which the reader recomputes. */
export const vSealed = v.object({
  protected: v.string(),
  iv: v.string(),
  ciphertext: v.string(),
  tag: v.string(),
});

export const vGenerator = v.object({ length: v.number(), alphabet: v.string() });

export const secretTables = {
  // A tenant's key for its secrets, sealed by a master key. Written once for each tenant, and again by secrets:rewrap
  // when the master key changes. Read by every action that seals or opens a value.
  dataKeys: defineTable({
    tenantId: v.id("tenants"),
    kid: v.string(),
    /** Of the master key that `wrapped` opens with. */
    masterKid: v.string(),
    wrapped: vSealed,
  })
    .index("by_tenant", ["tenantId"])
    .index("by_masterKid", ["masterKid"]),

  // One row for each place that has a value: which version is the current one, and what is known of it. Written with
  // every new version and by secrets:delete; a deleted one goes when its last version does.
  secrets: defineTable({
    tenantId: v.id("tenants"),
    name: v.string(),
    level: vLevel,
    /** Empty but at the level `agent`. */
    agent: v.string(),
    version: v.number(),
    digest: v.string(),
    bytes: v.number(),
    source: vSource,
    generator: v.optional(vGenerator),
    updatedAt: v.number(),
    updatedBy: v.string(),
    rotateAfter: v.optional(v.number()),
    deletedAt: v.optional(v.number()),
  })
    .index("by_tenant_name", ["tenantId", "deletedAt", "name", "level", "agent"])
    .index("by_tenant_agent", ["tenantId", "deletedAt", "level", "agent", "name"])
    .index("by_tenant_rotateAfter", ["tenantId", "deletedAt", "rotateAfter"])
    .index("by_place", ["tenantId", "name", "level", "agent"]),

  // Every value there was, sealed. Written once, never changed but for `keptUntil`; removed by secrets:expire after it.
  secretVersions: defineTable({
    tenantId: v.id("tenants"),
    secretId: v.id("secrets"),
    version: v.number(),
    sealed: vSealed,
    digest: v.string(),
    bytes: v.number(),
    source: vSource,
    createdBy: v.string(),
    /** Absent while it is the current one. */
    keptUntil: v.optional(v.number()),
  })
    .index("by_secret", ["secretId", "version"])
    .index("by_keptUntil", ["keptUntil"]),

  // Which agent last resolved which secret. Written by secrets:resolve, at most hourly for each pair.
  secretUses: defineTable({
    tenantId: v.id("tenants"),
    secretId: v.id("secrets"),
    agent: v.string(),
    usedAt: v.number(),
  })
    .index("by_secret_usedAt", ["secretId", "usedAt"])
    .index("by_secret_agent", ["secretId", "agent"]),
};

import { defineTable } from "convex/server";
import { v } from "convex/values";

export const auditTables = {
  // Approvals asked for. Written by the call that needs one and by whoever decides; used once, within minutes.
  // approvals:expire removes them after a month: what was decided is in the audit trail.
  approvals: defineTable({
    tenantId: v.id("tenants"),
    /** Who asked, and alone may use it. */
    keyId: v.string(),
    kind: v.union(
      v.literal("secret_copy"),
      v.literal("secret_delete"),
      v.literal("secret_import_copy"),
      v.literal("secret_import_cleanup"),
      v.literal("deploy_create"),
      v.literal("deploy_destroy"),
      v.literal("deploy_connect"),
      v.literal("deploy_disconnect"),
      v.literal("deploy_update"),
    ),
    lines: v.array(v.string()),
    digest: v.string(),
    decision: v.optional(v.union(v.literal("approve"), v.literal("decline"))),
    decidedBy: v.optional(v.string()),
    usedAt: v.optional(v.number()),
    expiresAt: v.number(),
  })
    .index("by_tenant", ["tenantId"])
    .index("by_tenant_key_digest", ["tenantId", "keyId", "digest"])
    .index("by_expiresAt", ["expiresAt"]),

  // What was done, by whom. Inserted in the transaction of the call itself (lib/functions.ts) or by audit:refusals; never
  // changed, never removed.
  auditRecords: defineTable({
    tenantId: v.id("tenants"),
    keyId: v.string(),
    client: v.optional(v.string()),
    function: v.string(),
    argsDigest: v.optional(v.string()),
    outcome: v.string(),
    subjects: v.array(v.string()),
    requestId: v.optional(v.string()),
    count: v.number(),
  }).index("by_tenant", ["tenantId"]),

  // Records that are not in the chain yet. Inserted with the record, removed by audit:seal.
  auditPending: defineTable({ tenantId: v.id("tenants"), recordId: v.id("auditRecords") })
    .index("by_tenant", ["tenantId"])
    .index("by_record", ["recordId"]),

  // The chain: each seal holds keyed digests of some records and, by its own, of all seals before. Written by audit:seal.
  auditSeals: defineTable({
    tenantId: v.id("tenants"),
    seq: v.number(),
    entries: v.array(v.object({ recordId: v.id("auditRecords"), digest: v.string() })),
    kid: v.string(),
    mac: v.string(),
  }).index("by_tenant_seq", ["tenantId", "seq"]),

  // Where each tenant's chain ends, so that its last seals cannot be taken away unseen. Written by audit:seal alone.
  auditHeads: defineTable({ tenantId: v.id("tenants"), seq: v.number(), kid: v.string(), mac: v.string() }).index(
    "by_tenant",
    ["tenantId"],
  ),
};

import { defineTable } from "convex/server";
import { v } from "convex/values";

export const presenceTables = {
  // When each of the door's shards last told of the servers it hears. Written by presence:flush, every five minutes and
  // with each change; read by presence:sweep, for which a shard that says nothing is news. The tenant is the door's own.
  presenceShards: defineTable({ tenantId: v.id("tenants"), shard: v.string(), at: v.number() })
    .index("by_tenant_shard", ["tenantId", "shard"])
    .index("by_shard_at", ["shard", "at"])
    .index("by_at", ["at"]),

  // Which secrets a server loads, and in which version it runs with them: a rotation is followed by it, and what is old is
  // kept until no server runs with it. Written by instances:secrets and by flushes; gone with the server.
  instanceSecrets: defineTable({
    tenantId: v.id("tenants"),
    instanceId: v.id("instances"),
    name: v.string(),
    agent: v.string(),
    secretId: v.id("secrets"),
    /** Delivered, and, once a heartbeat has said so, loaded. */
    pulled: v.number(),
    loaded: v.optional(v.number()),
  })
    .index("by_tenant_name", ["tenantId", "name", "instanceId"])
    .index("by_secret_loaded", ["secretId", "loaded"])
    .index("by_instance", ["instanceId", "name"]),
};

import { defineTable } from "convex/server";
import { v } from "convex/values";

export const simulatedTables = {
  // Servers of the provider `simulated`, which exist nowhere else. Written and read by simulated.ts alone; a row begins
  // with the first call that asks for the server, even one that fails, and goes when the server is destroyed.
  simulatedServers: defineTable({
    tenantId: v.id("tenants"),
    name: v.string(),
    deployment: v.string(),
    attempt: v.string(),
    region: v.string(),
    size: v.string(),
    /** Calls that were made to create it; some scenarios fail the first. */
    creates: v.number(),
    destroys: v.number(),
    /** Milliseconds since 1970; absent while no call has succeeded in making it. */
    createdAt: v.optional(v.number()),
    /** Since when it has been starting; it runs a moment later. Absent while it is off. */
    startedAt: v.optional(v.number()),
    /** When it reports in next, while it runs. */
    reportsAt: v.optional(v.number()),
  })
    .index("by_reportsAt", ["reportsAt"])
    .index("by_tenant", ["tenantId"])
    .index("by_tenant_name", ["tenantId", "name"])
    .index("by_tenant_attempt", ["tenantId", "attempt"]),
};

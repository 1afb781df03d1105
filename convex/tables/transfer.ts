import { defineTable } from "convex/server";
import { v } from "convex/values";

export const transferTables = {
  // What was brought in from a file, by its name there. Written with the entry, read when the same is brought in again.
  // Never deleted: what is gone here comes back when a person brings it in once more.
  imports: defineTable({
    tenantId: v.id("tenants"),
    key: v.string(),
    ref: v.union(v.id("memories"), v.id("memoryVersions"), v.id("logEntries")),
  }).index("by_tenant_key", ["tenantId", "key"]),
};

import { defineTable } from "convex/server";
import { v } from "convex/values";
import { DIMENSIONS } from "../model/meaning/vector.ts";

export const meaningTables = {
  // Where vectors come from; one a tenant, or none. Written by embeddings:set and embeddings:off, read by every search.
  embeddingSettings: defineTable({
    tenantId: v.id("tenants"),
    url: v.string(),
    model: v.string(),
    dimensions: v.optional(v.number()),
    /** The name of the secret that holds the endpoint's key. */
    secret: v.optional(v.string()),
    /** New with each setting: vectors of two models never meet. */
    generation: v.string(),
    setBy: v.string(),
    setAt: v.number(),
  }).index("by_tenant", ["tenantId"]),

  // How far the job is. Written by it and by embeddings:set; gone with the settings.
  embeddingJobs: defineTable({
    tenantId: v.id("tenants"),
    generation: v.string(),
    /** Index rows made until then are done. */
    upTo: v.number(),
    done: v.number(),
    /** How often the model could have told a related memory from another, and did. */
    trials: v.number(),
    wins: v.number(),
    /** Held by one run until then. */
    leaseUntil: v.optional(v.number()),
    tries: v.number(),
    nextAt: v.optional(v.number()),
    /** Until then no question waits for the service. */
    restUntil: v.optional(v.number()),
    problem: v.optional(v.string()),
  }).index("by_tenant", ["tenantId"]),

  // What a memory means, piece by piece as it is indexed. Written by the job; removed with what the memory says (recall/upkeep.ts), and with the settings.
  memoryVectors: defineTable({
    memoryId: v.id("memories"),
    /** The row that stands for these words: another one means other words. */
    indexId: v.id("memoryIndex"),
    /** The tenant's id and the generation; a vector index filters by one field at a time. */
    space: v.string(),
    /** The same, with the agent behind it. */
    owner: v.string(),
    /** The space again, where the row is `shared`. */
    shared: v.optional(v.string()),
    vector: v.array(v.float64()),
  })
    .index("by_memory", ["memoryId"])
    .index("by_index", ["indexId"])
    .index("by_space", ["space"])
    .vectorIndex("by_vector", {
      vectorField: "vector",
      dimensions: DIMENSIONS,
      filterFields: ["space", "owner", "shared"],
    }),
};

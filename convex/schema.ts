import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { alertTables } from "./tables/alerts.ts";
import { auditTables } from "./tables/audit.ts";
import { deployTables } from "./tables/deploy.ts";
import { jobTables } from "./tables/jobs.ts";
import { keyTables } from "./tables/keys.ts";
import { meaningTables } from "./tables/meaning.ts";
import { presenceTables } from "./tables/presence.ts";
import { secretTables } from "./tables/secrets.ts";
import { simulatedTables } from "./tables/simulated.ts";
import { transferTables } from "./tables/transfer.ts";

/** What a person decided about what others wrote. */
const vReview = v.union(v.literal("waiting"), v.literal("approved"), v.literal("rejected"));

const vMemoryType = v.union(v.literal("fact"), v.literal("preference"), v.literal("decision"), v.literal("note"));

/** What a memory says; the history keeps the same fields of every version before. */
const memoryFields = {
  type: vMemoryType,
  content: v.string(),
  tags: v.array(v.string()),
  project: v.optional(v.string()),
  importance: v.number(),
  pinned: v.optional(v.literal(true)),
  /** Milliseconds since 1970; when nothing was said, the time it was added. */
  occurredAt: v.number(),
  expiresAt: v.optional(v.number()),
  /** Who wrote it: see model/provenance.ts. */
  source: v.string(),
};

export default defineSchema({
  // One customer, or the one person of an embedded database. Written by tenants:provision, read by it alone: every
  // other row carries its tenant's id. Never deleted.
  tenants: defineTable({
    name: v.string(),
    /** Who may give approvals; absent means `client`. Written by approvals:setPolicy. */
    approvalPolicy: v.optional(v.union(v.literal("client"), v.literal("owner"))),
  }).index("by_name", ["name"]),

  // What agents remember. Written by memory:add, memory:update and memory:approve; memory:delete and retention remove the
  // row and its history.
  memories: defineTable({
    tenantId: v.id("tenants"),
    agent: v.string(),
    ...memoryFields,
    updatedAt: v.number(),
    /** Of one that was brought in from a Moorage: when it was added there. */
    addedAt: v.optional(v.number()),
    /** … and its id there, by which exports call it here as well. */
    key: v.optional(v.string()),
    /** A digest of its wording: see model/wording.ts. */
    wording: v.string(),
    supersedes: v.optional(v.id("memories")),
    supersededBy: v.optional(v.id("memories")),
    supersededAt: v.optional(v.number()),
    /** Absent for what a person wrote. */
    review: v.optional(vReview),
    /** Whose context it joins: an agent's (`scout?` where it was only named), everyone's (`*`), absent: nobody's. See model/provenance.ts. */
    audience: v.optional(v.string()),
  })
    .index("by_tenant", ["tenantId"])
    .index("by_tenant_agent", ["tenantId", "agent"])
    .index("by_tenant_project", ["tenantId", "project"])
    .index("by_tenant_type", ["tenantId", "type"])
    .index("by_tenant_agent_type", ["tenantId", "agent", "type"])
    .index("by_tenant_agent_project", ["tenantId", "agent", "project"])
    .index("by_tenant_audience", ["tenantId", "audience"])
    .index("by_tenant_audience_importance", ["tenantId", "audience", "importance"])
    .index("by_tenant_audience_pinned_project", ["tenantId", "audience", "pinned", "project"])
    .index("by_tenant_audience_project", ["tenantId", "audience", "project"])
    .index("by_tenant_audience_project_importance", ["tenantId", "audience", "project", "importance"])
    .index("by_tenant_expiresAt", ["tenantId", "expiresAt"])
    .index("by_tenant_supersededAt", ["tenantId", "supersededAt"])
    .index("by_tenant_agent_wording", ["tenantId", "agent", "wording"])
    .index("by_tenant_review_source", ["tenantId", "review", "source"]),

  // What a memory said before an update. Written by memory:update; gone with its memory.
  memoryVersions: defineTable({
    tenantId: v.id("tenants"),
    memoryId: v.id("memories"),
    ...memoryFields,
    /** When it began to be true; it ended when the next version was written. */
    updatedAt: v.number(),
    /** As a memory's. */
    key: v.optional(v.string()),
  })
    .index("by_memory", ["memoryId"])
    .index("by_tenant", ["tenantId"]),

  // What search finds memories by: rows of at most 2 kB of stems, several for a long memory. Written in the mutation that
  // writes the memory, by recall/upkeep.ts alone; read by memory:search; gone with its memory.
  memoryIndex: defineTable({
    memoryId: v.id("memories"),
    /** Of what the memory said before an update; absent for what it says now, and for what it said when it was superseded. */
    versionId: v.optional(v.id("memoryVersions")),
    /** The tenant's id, with a mark behind it for what was said before: one filter keeps both apart. */
    space: v.string(),
    agent: v.string(),
    /** In everyone's context now. */
    shared: v.optional(v.literal(true)),
    type: vMemoryType,
    tags: v.array(v.string()),
    project: v.optional(v.string()),
    importance: v.number(),
    occurredAt: v.number(),
    expiresAt: v.optional(v.number()),
    /** The memory's own creation time, which orders entries of the same moment. */
    createdAt: v.number(),
    /** From when until when the memory said so; no end for what it says now. */
    since: v.number(),
    until: v.optional(v.number()),
    /** Which piece of a long memory this is, from 0. */
    part: v.number(),
    /** The lines of recall/indexText.ts. */
    text: v.string(),
    /** Signs the ranker looks for: see recall/entry.ts. `answers`: the entry before it asks. */
    asks: v.boolean(),
    answers: v.boolean(),
    dated: v.boolean(),
    names: v.number(),
  })
    .index("by_memory", ["memoryId", "space"])
    .index("by_version", ["versionId"])
    .index("by_space", ["space"])
    .index("by_space_occurredAt", ["space", "occurredAt"])
    .index("by_space_agent_part_occurredAt", ["space", "agent", "part", "occurredAt", "createdAt"])
    .searchIndex("text", { searchField: "text", filterFields: ["space", "agent", "shared", "type", "project"] }),

  // One row for each entry of a daily log. Written by memory:logAppend, never changed; removed by retention.
  logEntries: defineTable({
    tenantId: v.id("tenants"),
    agent: v.string(),
    day: v.string(),
    content: v.string(),
    /** Of one that was brought in: when it was noted, where its file said so. */
    notedAt: v.optional(v.number()),
    /** As a memory's. */
    key: v.optional(v.string()),
    /** Who wrote it: see model/memories/provenance.ts. */
    source: v.string(),
    /** Set with the entry, which has an id by then: see model/logs/seal.ts. */
    seal: v.optional(v.object({ kid: v.string(), mac: v.string() })),
  })
    .index("by_tenant", ["tenantId"])
    .index("by_tenant_agent", ["tenantId", "agent"])
    .index("by_tenant_day", ["tenantId", "day"])
    .index("by_tenant_agent_day", ["tenantId", "agent", "day"]),

  // How many days memories and logs are kept; null is for ever, and so is what no row says but for expired memories.
  // Written by memory:setRetention, read by it and by the job that acts on it.
  retentions: defineTable({
    tenantId: v.id("tenants"),
    logDays: v.union(v.number(), v.null()),
    pastDays: v.union(v.number(), v.null()),
    expiredDays: v.union(v.number(), v.null()),
  }).index("by_tenant", ["tenantId"]),

  // What memory:logSearch finds entries by: stems, in rows of at most 600 bytes. Written and removed with the entry.
  logIndex: defineTable({
    tenantId: v.id("tenants"),
    entryId: v.id("logEntries"),
    agent: v.string(),
    day: v.string(),
    text: v.string(),
  })
    .index("by_entry", ["entryId"])
    .searchIndex("text", { searchField: "text", filterFields: ["tenantId", "agent"] }),

  // The days that have a log: written with a day's first entry, so that listing days never reads their entries.
  logDays: defineTable({ tenantId: v.id("tenants"), agent: v.string(), day: v.string() })
    .index("by_tenant_day", ["tenantId", "day", "agent"])
    .index("by_tenant_agent_day", ["tenantId", "agent", "day"]),

  // Which operation ids have been carried out, and on what. Written with the change itself, read when a client repeats
  // a call whose answer it did not get; a cron removes rows older than a day.
  receipts: defineTable({
    tenantId: v.id("tenants"),
    opId: v.string(),
    path: v.string(),
    /** The id of what the operation made or changed. */
    ref: v.string(),
  }).index("by_tenant_opId", ["tenantId", "opId"]),

  ...meaningTables,
  ...transferTables,
  ...jobTables,
  ...keyTables,
  ...secretTables,
  ...deployTables,
  ...presenceTables,
  ...alertTables,
  ...auditTables,
  ...simulatedTables,
});

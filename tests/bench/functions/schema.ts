import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

/** What the engine is measured on: a small table that is written, and a large one that is read. */
export default defineSchema({
  counters: defineTable({ name: v.string(), value: v.number() }).index("by_name", ["name"]),
  notes: defineTable({ number: v.number(), owner: v.string(), group: v.number(), body: v.string() })
    .index("by_number", ["number"])
    .index("by_owner", ["owner", "number"])
    .searchIndex("body", { searchField: "body", filterFields: ["group"] }),
});

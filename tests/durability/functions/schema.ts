import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

/** Every write is two rows, so that half of one would show. */
export default defineSchema({
  halves: defineTable({ number: v.number(), half: v.union(v.literal("first"), v.literal("second")) }).index(
    "by_number",
    ["number"],
  ),
});

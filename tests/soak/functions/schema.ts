import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  /** One row a chain: how often it has run. A chain schedules its own next run. */
  chains: defineTable({ chain: v.number(), runs: v.number() }).index("by_chain", ["chain"]),
  /** The last traces of each chain; older ones are removed, so that the file does not grow. */
  traces: defineTable({ chain: v.number(), run: v.number() }).index("by_chain", ["chain", "run"]),
  /** A row here ends every chain. */
  stops: defineTable({}),
});

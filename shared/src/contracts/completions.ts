import * as z from "zod";
import { defineContract } from "../contract.ts";
import { agent } from "../fields.ts";

/** What a person may go on typing: names that are there, not more than fit a client's list. */
export const values = defineContract({
  path: "completions:values",
  kind: "query",
  scope: "memory:read",
  args: z.strictObject({
    /** `agent` of memories, `logAgent` of logs; `memory` is an id. */
    field: z.enum(["agent", "logAgent", "project", "day", "memory"]),
    prefix: z.string().max(128),
    agent: agent.optional(),
  }),
  /** In order; days and memories the newest first. */
  result: z.strictObject({ values: z.array(z.string()), more: z.boolean() }),
  untrusted: ["values"],
});

/** Names, arguments and results of the skill that came before, for agents and scripts that know them. */
import * as z from "zod";
import { defineContract } from "../contract.ts";
import { agent, content, day, id, limit, query, tags } from "../fields.ts";
import { QUERY_CHARS } from "../limits.ts";
import { MEMORY_TYPES } from "./memory.ts";

const type = z.enum(MEMORY_TYPES);

/** Answers with the id. What is known already is not added again: the id is the known one's. */
export const addMemory = defineContract({
  path: "memory:addMemory",
  kind: "mutation",
  scope: "memory:write",
  args: z.strictObject({ agentId: agent, type, content, tags: tags.optional() }),
  result: z.string(),
});

/** Newest first, or the best for a `query`. Times are milliseconds since 1970. */
export const searchMemory = defineContract({
  path: "memory:searchMemory",
  kind: "query",
  scope: "memory:read",
  args: z.strictObject({
    agentId: agent,
    type: type.optional(),
    limit: limit.optional(),
    query: query(QUERY_CHARS).optional(),
  }),
  result: z.array(
    z.strictObject({
      _id: z.string(),
      type,
      content: z.string(),
      tags: z.array(z.string()).optional(),
      createdAt: z.number(),
    }),
  ),
});

/** Whether there was one. */
export const deleteMemory = defineContract({
  path: "memory:deleteMemory",
  kind: "mutation",
  scope: "memory:write",
  args: z.strictObject({ memoryId: id }),
  result: z.boolean(),
});

/** Appends to the day's log; answers with the entry's id. */
export const writeDailyLog = defineContract({
  path: "memory:writeDailyLog",
  kind: "mutation",
  scope: "memory:write",
  args: z.strictObject({ agentId: agent, date: day, content }),
  result: z.string(),
});

/** The day's entries as one text, a line break between them. */
export const getDailyLog = defineContract({
  path: "memory:getDailyLog",
  kind: "query",
  scope: "memory:read",
  args: z.strictObject({ agentId: agent, date: day }),
  result: z.strictObject({ date: z.string(), content: z.string(), updatedAt: z.number() }).nullable(),
});

/** Newest day first. */
export const listDailyLogs = defineContract({
  path: "memory:listDailyLogs",
  kind: "query",
  scope: "memory:read",
  args: z.strictObject({ agentId: agent, limit: limit.optional() }),
  result: z.array(z.strictObject({ date: z.string(), contentPreview: z.string(), updatedAt: z.number() })),
});

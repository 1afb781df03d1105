import * as z from "zod";
import { defineContract } from "../contract.ts";
import {
  agent,
  content,
  cursor,
  day,
  futureMoment,
  id,
  importance,
  limit,
  line,
  moment,
  opId,
  project,
  query,
  tags,
} from "../fields.ts";
import { BATCH_ITEMS, BUDGET, QUERY_CHARS } from "../limits.ts";

export const MEMORY_TYPES = ["fact", "preference", "decision", "note"] as const;
const type = z.enum(MEMORY_TYPES);
const budget = z.int().min(BUDGET.least).max(BUDGET.most).describe("tokens");

/** One thing remembered. Times are ISO 8601 in UTC. */
export const memory = z.strictObject({
  id: z.string(),
  type,
  content: z.string(),
  tags: z.array(z.string()),
  agent: z.string(),
  project: z.string().optional(),
  importance: z.number(),
  /** Stands first in every session's context. */
  pinned: z.literal(true).optional(),
  /** When it happened; when nothing was said, when it was added. */
  occurredAt: z.string(),
  /** From then on only `memory:get` shows it, until retention removes it. */
  expiresAt: z.string().optional(),
  /** Who wrote these words, as their key says: `user`, `agent:<name>` (`default` where it is bound to none), `instance`, `import`. */
  source: z.string(),
  /** The memory whose place it took, and the one that took its place: absent where that was deleted since. */
  supersedes: z.string().optional(),
  supersededBy: z.string().optional(),
  /** Since then it is history. */
  supersededAt: z.string().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Memory = z.infer<typeof memory>;

/** What a memory said before an update; `updatedAt` is when it began to say so. */
export const pastVersion = memory.omit({
  id: true,
  agent: true,
  supersedes: true,
  supersededBy: true,
  supersededAt: true,
  createdAt: true,
});

/** What others wrote of a memory at this path. */
const textsOf = (path: string) => [`${path}.content`, `${path}.tags`, `${path}.project`];

/** One line of an agent's daily log; never changed. */
export const logEntry = z.strictObject({
  id: z.string(),
  day: z.string(),
  agent: z.string(),
  content: z.string(),
  /** As a memory's. */
  source: z.string(),
  at: z.string(),
  /** It is not what was written: somebody changed it in the database. */
  altered: z.literal(true).optional(),
});
export type LogEntry = z.infer<typeof logEntry>;

const next = z.string().optional();

/** `agent:` and an agent's name. */
const SOURCE_CHARS = 70;

/** What one entry says; whose it is stands beside it. */
const entry = {
  type,
  content,
  tags: tags.optional(),
  importance: importance.optional(),
  pinned: z.boolean().optional(),
  occurredAt: moment.optional(),
  expiresAt: futureMoment.optional(),
  supersedes: id.optional().describe("id it replaces"),
};

/** Where the session has a project, it takes a null to mean none. */
const sessionProject = project
  .nullable()
  .transform((name) => name ?? undefined)
  .optional();
const anyProject = sessionProject.describe("null: every project");

/** What a field means is said where there is one entry alone. */
const batched = {
  memories: z
    .array(z.strictObject({ ...entry, supersedes: id.optional() }))
    .min(1)
    .max(BATCH_ITEMS),
  project: sessionProject,
};

/** An entry in the words of one that is there is not added again: the answer is that one. */
const repeated = {
  existing: z.literal(true).optional(),
  /** The fields that it took over of the entry, and those that were asked for and are not so. */
  merged: z.array(z.string()).optional(),
  notMerged: z.array(z.string()).optional(),
};

export const add = defineContract({
  path: "memory:add",
  kind: "mutation",
  scope: "memory:write",
  args: z.strictObject({ ...entry, agent: agent.optional(), project: anyProject, opId }),
  result: z.strictObject({ memory, ...repeated }),
  filled: ["opId"],
  untrusted: textsOf("memory"),
});

/** All of them or none. */
export const addMany = defineContract({
  path: "memory:addMany",
  kind: "mutation",
  scope: "memory:write",
  args: z.strictObject({ ...batched, agent: agent.optional(), opId }),
  /** In the order they were given. */
  result: z.strictObject({ added: z.array(z.strictObject({ id: z.string(), ...repeated })) }),
  filled: ["opId"],
});

export const search = defineContract({
  path: "memory:search",
  kind: "action",
  scope: "memory:read",
  args: z.strictObject({
    query: query(QUERY_CHARS),
    agent: agent.optional(),
    project: anyProject,
    type: type.optional(),
    tags: tags.optional().describe("all of them"),
    since: moment.optional(),
    until: moment.optional(),
    asOf: moment.optional().describe("as known then"),
    limit: limit.optional(),
    budget: budget.optional(),
    cursor: cursor.optional(),
  }),
  result: z.strictObject({
    /** Best first; `score` falls from 1 and compares hits of one answer only, `why` names what matched. */
    memories: z.array(
      memory.extend({
        score: z.number(),
        why: z.string(),
        /** The budget is too small for its content, of which this is the beginning; `memory:get` shows it whole. */
        cut: z.literal(true).optional(),
      }),
    ),
    /** More within these filters may match than one search reads: others find it. */
    partial: z.literal(true).optional(),
    cursor: next,
  }),
  untrusted: textsOf("memories[]"),
});

export const get = defineContract({
  path: "memory:get",
  kind: "query",
  scope: "memory:read",
  args: z.strictObject({
    id,
    history: z.boolean().optional().describe("also what it said before"),
    cursor: cursor.optional(),
  }),
  result: z.strictObject({
    /** Absent behind a cursor, where the whole answer is for the rest of the history. */
    memory: memory.optional(),
    /** Newest first, as many as fit beside the memory; the cursor leads to the others. */
    history: z.array(pastVersion).optional(),
    cursor: next,
  }),
  untrusted: [...textsOf("memory"), ...textsOf("history[]")],
});

/** Fields left out stay as they are. */
export const update = defineContract({
  path: "memory:update",
  kind: "mutation",
  scope: "memory:write",
  args: z
    .strictObject({
      id,
      type: type.exactOptional(),
      content: content.exactOptional(),
      tags: tags.exactOptional(),
      project: project.nullable().exactOptional().describe("null: every project"),
      importance: importance.exactOptional(),
      pinned: z.boolean().exactOptional(),
      occurredAt: moment.exactOptional(),
      expiresAt: futureMoment.nullable().exactOptional().describe("null: never"),
      opId,
    })
    .refine(({ id: _id, opId: _opId, ...changes }) => Object.values(changes).some((value) => value !== undefined), {
      message: "name at least one field to change besides id",
    }),
  result: z.strictObject({ memory }),
  filled: ["opId"],
  untrusted: textsOf("memory"),
});

const remove = defineContract({
  path: "memory:delete",
  kind: "mutation",
  scope: "memory:write",
  args: z.strictObject({ id, opId }),
  result: z.strictObject({ deleted: z.literal(true) }),
  filled: ["opId"],
});

export { remove as delete };

export const list = defineContract({
  path: "memory:list",
  kind: "query",
  scope: "memory:read",
  args: z.strictObject({
    agent: agent.optional(),
    project: project.optional(),
    type: type.optional(),
    tags: tags.optional().describe("all of them"),
    limit: limit.optional(),
    cursor: cursor.optional(),
  }),
  /** Newest first. */
  result: z.strictObject({ memories: z.array(memory), cursor: next }),
  untrusted: textsOf("memories[]"),
});

export const context = defineContract({
  path: "memory:context",
  kind: "query",
  scope: "memory:read",
  args: z.strictObject({
    agent: agent.optional(),
    project: anyProject,
    budget: budget.optional(),
    today: day,
  }),
  result: z.strictObject({
    /** The agent's own, the user's, and what a person approved of others': pinned ones first, then by importance. Of a long one that is pinned, content and tags are cut. */
    memories: z.array(memory.extend({ cut: z.literal(true).optional() })),
    /** Today's and yesterday's entries, oldest first. */
    logs: z.array(logEntry),
    /** Names of the secrets that reach the agent; none without the scope `secrets:read`. */
    secrets: z.array(z.string()),
    /** How many were left out for the budget's sake, among those looked at. */
    omitted: z.strictObject({ memories: z.number(), logs: z.number(), secrets: z.number() }),
  }),
  filled: ["today"],
  untrusted: [...textsOf("memories[]"), "logs[].content"],
});

/** What others wrote and nobody has decided about: for an agent's context, of one source, or else what is in nobody's. */
export const review = defineContract({
  path: "memory:review",
  kind: "query",
  scope: "memory:approve",
  args: z.strictObject({
    agent: agent.optional().describe("whose context it would join"),
    source: line(SOURCE_CHARS).optional(),
    limit: limit.optional(),
    cursor: cursor.optional(),
  }),
  result: z.strictObject({
    /** One source after the other, the oldest of each first. */
    memories: z.array(memory),
    /** On the first page of what is in nobody's context: agents of which something waits to be in others' contexts, too. */
    agents: z.array(z.string()).optional(),
    cursor: next,
  }),
  untrusted: textsOf("memories[]"),
});

/** Approved, a memory may join contexts; rejected, it stays out of all. The last decision counts. */
export const approve = defineContract({
  path: "memory:approve",
  kind: "mutation",
  scope: "memory:approve",
  args: z.strictObject({
    ids: z.array(id).min(1).max(BATCH_ITEMS),
    /** The `updatedAt` of each as it was shown: words that came in its place since are refused. */
    shown: z.array(moment).max(BATCH_ITEMS).optional(),
    decision: z.enum(["approve", "reject"]),
  }),
  result: z.strictObject({ reviewed: z.number() }),
});

/** Days that something is kept; null: for ever. */
const keptDays = z.int().min(1).max(36_500).nullable();
const kept = {
  /** Log entries, by their day. */
  logDays: keptDays,
  /** What memories said before an update, and those that were superseded. */
  pastDays: keptDays,
  /** Memories whose end has come. */
  expiredDays: keptDays,
};

export const retention = defineContract({
  path: "memory:retention",
  kind: "query",
  scope: "memory:approve",
  args: z.strictObject({}),
  result: z.strictObject(kept),
});

/** Fields left out stay as they are. What is too old by then goes within a day. */
export const setRetention = defineContract({
  path: "memory:setRetention",
  kind: "mutation",
  scope: "memory:approve",
  args: z
    .strictObject(kept)
    .partial()
    .refine((fields) => Object.values(fields).some((days) => days !== undefined), {
      message: "name at least one of logDays, pastDays and expiredDays",
    }),
  result: z.strictObject(kept),
});

export const logAppend = defineContract({
  path: "memory:logAppend",
  kind: "mutation",
  scope: "memory:write",
  args: z.strictObject({
    content,
    agent: agent.optional(),
    day: day.optional().describe("YYYY-MM-DD"),
    today: day,
    opId,
  }),
  result: z.strictObject({ entry: logEntry }),
  filled: ["opId", "today"],
  untrusted: ["entry.content"],
});

export const logRead = defineContract({
  path: "memory:logRead",
  kind: "query",
  scope: "memory:read",
  args: z.strictObject({
    agent: agent.optional(),
    from: day.optional(),
    to: day.optional(),
    digests: z.boolean().optional().describe("also a hash of each day"),
    limit: limit.optional(),
    cursor: cursor.optional(),
  }),
  /** The latest entries of the range, oldest first; the cursor leads to earlier ones. */
  result: z.strictObject({
    entries: z.array(logEntry),
    /** When asked for, of each whole day that has an entry here: changes with any that is changed, added or removed. */
    days: z.array(z.strictObject({ day: z.string(), agent: z.string(), digest: z.string() })).optional(),
    cursor: next,
  }),
  untrusted: ["entries[].content"],
});

export const logSearch = defineContract({
  path: "memory:logSearch",
  kind: "query",
  scope: "memory:read",
  args: z.strictObject({
    query: query(QUERY_CHARS),
    agent: agent.optional(),
    from: day.optional(),
    to: day.optional(),
    limit: limit.optional(),
    cursor: cursor.optional(),
  }),
  /** Best first, the latest among equals. */
  result: z.strictObject({ entries: z.array(logEntry), cursor: next }),
  untrusted: ["entries[].content"],
});

export const logList = defineContract({
  path: "memory:logList",
  kind: "query",
  scope: "memory:read",
  args: z.strictObject({ agent: agent.optional(), cursor: cursor.optional() }),
  /** Days that have entries, newest first. */
  result: z.strictObject({ days: z.array(z.strictObject({ day: z.string(), agent: z.string() })), cursor: next }),
});

/** Whole memories in and out: backups, moves between servers, and what other tools remembered. */
import * as z from "zod";
import { defineContract } from "../contract.ts";
import { agent, cidr, content, cursor, day, importance, line, moment, project, tags } from "../fields.ts";
import { BATCH_ITEMS, KEY_NETWORKS } from "../limits.ts";
import { OWNER_SCOPES } from "../scopes.ts";
import { logEntry, MEMORY_TYPES, memory, pastVersion } from "./memory.ts";

/** What an entry is called where it comes from: what bears the same key is brought in once. */
const key = line(64);
const review = z.enum(["waiting", "approved", "rejected"]);
const source = z.string().regex(/^(?:user|instance|import|agent:[A-Za-z0-9][A-Za-z0-9._-]{0,63})$/, {
  error: "must be user, instance, import or agent:<name>",
});

/** What a memory says, now or before an update. */
const said = {
  type: z.enum(MEMORY_TYPES),
  content,
  tags: tags.optional(),
  project: project.optional(),
  importance: importance.optional(),
  pinned: z.boolean().optional(),
  occurredAt: moment.optional(),
  expiresAt: moment.optional(),
};

/** A memory as a file tells of it. */
export const broughtMemory = z.strictObject({
  key,
  ...said,
  agent: agent.optional(),
  createdAt: moment.optional(),
  updatedAt: moment.optional(),
  /** The key of the one whose place it took; when another took its own. */
  supersedes: key.optional(),
  supersededAt: moment.optional(),
  /** Believed only where a person says that the file is a backup of their own. */
  source: source.optional(),
  review: review.optional(),
});
export type BroughtMemory = z.input<typeof broughtMemory>;

/** What a memory said before an update, as a file tells of it. */
export const broughtVersion = z.strictObject({
  key,
  /** The key of the memory that said so, from when until when. */
  memory: key,
  ...said,
  updatedAt: moment,
  until: moment,
  /** As a memory's. */
  source: source.optional(),
});
export type BroughtVersion = z.input<typeof broughtVersion>;

export const broughtLog = z.strictObject({
  key,
  day,
  content,
  agent: agent.optional(),
  at: moment.optional(),
  /** As a memory's. */
  source: source.optional(),
});
export type BroughtLog = z.input<typeof broughtLog>;

/** What became of an entry: it has an id, or it was refused. */
const outcome = z.strictObject({
  id: z.string().optional(),
  existing: z.literal(true).optional(),
  /** Why it was not taken. */
  refused: z.string().optional(),
});

/** What a file holds, a call at a time. */
const brought = {
  memories: z.array(broughtMemory).max(BATCH_ITEMS).optional(),
  versions: z.array(broughtVersion).max(BATCH_ITEMS).optional(),
  logs: z.array(broughtLog).max(BATCH_ITEMS).optional(),
};

/** A person's act: what comes in this way waits for their review like anything that others wrote. */
export const importMany = defineContract({
  path: "transfer:importMany",
  kind: "mutation",
  scope: "memory:approve",
  args: z.strictObject({
    ...brought,
    /** The file is this person's own backup: who wrote what, and what was approved, is taken from it. */
    restore: z.boolean().optional(),
  }),
  /** In the order they were given. */
  result: z.strictObject({ memories: z.array(outcome), versions: z.array(outcome), logs: z.array(outcome) }),
  // One may hold a secret, and is then refused.
  sensitive: ["memories", "versions", "logs"],
});

const prospect = outcome.pick({ refused: true });

/** Which of them would be refused for what they hold, without bringing any in. */
export const foresee = defineContract({
  path: "transfer:foresee",
  kind: "query",
  scope: "memory:approve",
  args: z.strictObject(brought),
  result: z.strictObject({ memories: z.array(prospect), versions: z.array(prospect), logs: z.array(prospect) }),
  sensitive: ["memories", "versions", "logs"],
});

/** Every memory, oldest first: those that expired or were superseded as well. */
export const exportMemories = defineContract({
  path: "transfer:exportMemories",
  kind: "query",
  scope: "memory:read",
  args: z.strictObject({ agent: agent.optional(), cursor: cursor.optional() }),
  result: z.strictObject({
    memories: z.array(
      memory.omit({ supersededBy: true }).extend({
        review: review.optional(),
      }),
    ),
    cursor: z.string().optional(),
  }),
  untrusted: ["memories[].content", "memories[].tags", "memories[].project"],
});

/** What each memory said before an update, in the order in which it was put aside. */
export const exportVersions = defineContract({
  path: "transfer:exportVersions",
  kind: "query",
  scope: "memory:read",
  args: z.strictObject({ agent: agent.optional(), cursor: cursor.optional() }),
  result: z.strictObject({
    versions: z.array(pastVersion.extend({ id: z.string(), memory: z.string(), until: z.string() })),
    cursor: z.string().optional(),
  }),
  untrusted: ["versions[].content", "versions[].tags", "versions[].project"],
});

/** Every entry of every log, in the order they were written. */
export const exportLogs = defineContract({
  path: "transfer:exportLogs",
  kind: "query",
  scope: "memory:read",
  args: z.strictObject({ agent: agent.optional(), cursor: cursor.optional() }),
  result: z.strictObject({ entries: z.array(logEntry), cursor: z.string().optional() }),
  untrusted: ["entries[].content"],
});

/** A key as another Moorage takes it in: whoever has it there has it here, too. Its secret was never kept. */
const movedKey = z.strictObject({
  id: line(32),
  name: line(80),
  scopes: z.array(z.enum(OWNER_SCOPES)).min(1),
  agent: agent.optional(),
  networks: z.array(cidr).min(1).max(KEY_NETWORKS).optional(),
  expiresAt: moment.optional(),
  /** SHA-256 of the key's proof, in hex. */
  proofHash: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The keys that people made and that live; not those of the first start, which each Moorage has of its own. */
export const exportKeys = defineContract({
  path: "transfer:exportKeys",
  kind: "query",
  scope: "keys:admin",
  args: z.strictObject({ cursor: cursor.optional() }),
  result: z.strictObject({ keys: z.array(movedKey), cursor: z.string().optional() }),
});

/** A key that is here already stays as it is; none gets more than the caller's own. */
export const importKeys = defineContract({
  path: "transfer:importKeys",
  kind: "mutation",
  scope: "keys:admin",
  args: z.strictObject({ keys: z.array(movedKey).min(1).max(BATCH_ITEMS) }),
  result: z.strictObject({ made: z.number() }),
});

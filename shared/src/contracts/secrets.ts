import * as z from "zod";
import { defineContract } from "../contract.ts";
import { agent, cursor, limit, opId, secretName, secretValue } from "../fields.ts";
import { BATCH_ITEMS, SECRET_NAMES } from "../limits.ts";
import { LEVELS } from "../secret-name.ts";
import { waiting } from "./approvals.ts";

const level = z.enum(LEVELS);
export const SOURCES = ["typed", "imported", "generated", "copied"] as const;

/**
 * Which secret: of an agent, when one is named; else of the level `default`, unless another is named.
 * `AGENT_x_NAME` in a file is {name, agent: "x"}, `AGENT_DEFAULT_NAME` is {name}, `NAME` is {name, level: "global"}.
 */
const place = {
  name: secretName,
  agent: agent.optional().describe("its override for this agent"),
  level: level.optional().describe("default: agent if one is named, else default"),
};

/** What is known of a secret; never its value. Times are ISO 8601 in UTC. */
export const secret = z.strictObject({
  name: z.string(),
  level,
  agent: z.string().optional(),
  version: z.number(),
  /** Keyed: equal for equal values of one tenant, and of no use for guessing. */
  digest: z.string(),
  bytes: z.number(),
  source: z.enum(SOURCES),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** The id of the key that set it. */
  updatedBy: z.string(),
  rotateAfter: z.string().optional(),
  /** To the hour. */
  lastUsedAt: z.string().optional(),
});
export type Secret = z.infer<typeof secret>;

/** A value that left the store for a program or a person. */
const opened = z.strictObject({
  name: z.string(),
  level,
  agent: z.string().optional(),
  version: z.number(),
  value: z.string(),
});

const generator = {
  length: z.int().min(16).max(512).optional().describe("characters, default 43"),
  alphabet: z.enum(["base62", "hex", "base64url", "digits", "printable"]).optional(),
};

const rotateAfterDays = z.int().min(1).max(3_650).optional().describe("when to renew it");
const done = z.strictObject({ status: z.literal("done"), secret });

/** From a person's page or terminal, or a file they import; no tool takes a value. Setting the same value changes nothing. */
export const set = defineContract({
  path: "secrets:set",
  kind: "action",
  scope: "secrets:write",
  args: z.strictObject({
    ...place,
    value: secretValue,
    source: z.enum(["typed", "imported"]).optional(),
    rotateAfterDays,
  }),
  result: z.strictObject({ secret, changed: z.boolean() }),
  sensitive: ["value"],
});

/** Made by the backend from its cryptographic randomness, seen by nobody. */
export const generate = defineContract({
  path: "secrets:generate",
  kind: "action",
  scope: "secrets:write",
  args: z.strictObject({ ...place, ...generator, rotateAfterDays, opId }),
  result: z.strictObject({ secret }),
  filled: ["opId"],
});

/** A token for the page on which a person types the value, `/secret/<token>` at the door. */
export const request = defineContract({
  path: "secrets:request",
  kind: "action",
  scope: "secrets:write",
  args: z.strictObject(place),
  result: z.strictObject({
    name: z.string(),
    level,
    agent: z.string().optional(),
    token: z.string(),
    expiresAt: z.string(),
  }),
});

/** Makes a generated value anew; for one that came from elsewhere, `value_needed`: it has to be typed. */
export const rotate = defineContract({
  path: "secrets:rotate",
  kind: "action",
  scope: "secrets:write",
  args: z.strictObject({ ...place, opId }),
  result: z.discriminatedUnion("status", [done, z.strictObject({ status: z.literal("value_needed"), secret })]),
  filled: ["opId"],
});

/** Between levels and agents, unseen. To more agents than before, it needs approval. */
export const copy = defineContract({
  path: "secrets:copy",
  kind: "action",
  scope: "secrets:write",
  args: z.strictObject({
    ...place,
    toAgent: agent.optional(),
    toLevel: level.optional().describe("default: agent if toAgent is named, else default"),
    opId,
  }),
  result: z.discriminatedUnion("status", [done, waiting]),
  filled: ["opId"],
});

/** An earlier version's value becomes the newest one, unseen. That of a deleted secret brings it back. */
export const restore = defineContract({
  path: "secrets:restore",
  kind: "action",
  scope: "secrets:write",
  args: z.strictObject({ ...place, version: z.int().min(1), opId }),
  result: z.strictObject({ secret }),
  filled: ["opId"],
});

/** `dryRun` shows who resolved it in the last 30 days and changes nothing. Deleting needs approval. */
const remove = defineContract({
  path: "secrets:delete",
  kind: "mutation",
  scope: "secrets:write",
  args: z.strictObject({ ...place, dryRun: z.boolean().optional(), opId }),
  result: z.discriminatedUnion("status", [
    z.strictObject({ status: z.literal("deleted") }),
    z.strictObject({
      status: z.literal("dry_run"),
      secret,
      resolvedBy: z.array(z.strictObject({ agent: z.string(), at: z.string() })),
    }),
    waiting,
  ]),
  filled: ["opId"],
});

export { remove as delete };

export const list = defineContract({
  path: "secrets:list",
  kind: "query",
  scope: "secrets:read",
  args: z.strictObject({
    agent: agent.optional().describe("what this agent has of its own, and the levels it shares"),
    limit: limit.optional(),
    cursor: cursor.optional(),
  }),
  /** By name. */
  result: z.strictObject({ secrets: z.array(secret), cursor: z.string().optional() }),
});

/** Every version that is kept, newest first: a deleted secret's as well. */
export const history = defineContract({
  path: "secrets:history",
  kind: "query",
  scope: "secrets:read",
  args: z.strictObject(place),
  result: z.strictObject({
    versions: z.array(
      secret.pick({ version: true, digest: true, bytes: true, source: true, createdAt: true }).extend({
        createdBy: z.string(),
        /** When a version that is no longer the current one will be forgotten. */
        keptUntil: z.string().optional(),
      }),
    ),
  }),
});

/** After a rotation: which servers run with the newest version. The one before is kept until all of them do. */
export const rollout = defineContract({
  path: "secrets:rollout",
  kind: "query",
  scope: "secrets:read",
  args: z.strictObject(place),
  result: z.strictObject({
    version: z.number(),
    isComplete: z.boolean(),
    /** Those behind first. */
    servers: z.array(
      z.strictObject({
        deployment: z.string(),
        agent: z.string(),
        /** What it runs with; absent until it has said so. */
        version: z.number().optional(),
        lastSeenAt: z.string().optional(),
      }),
    ),
  }),
});

/** Which level's value an agent gets, and why. */
export const explain = defineContract({
  path: "secrets:explain",
  kind: "query",
  scope: "secrets:read",
  args: z.strictObject({
    agent: agent.optional(),
    name: secretName.optional(),
    limit: limit.optional(),
    cursor: cursor.optional(),
  }),
  result: z.strictObject({
    agent: z.string(),
    secrets: z.array(
      z.strictObject({
        name: z.string(),
        /** Absent where this agent would miss it: it exists for other agents only, or nowhere. */
        resolved: secret.optional(),
        /** Levels that are there, too, but do not reach this agent because a nearer one does. */
        shadowed: z.array(secret),
        why: z.string(),
        /** Nobody resolved it for this agent in the last 30 days. */
        unused: z.boolean(),
      }),
    ),
    cursor: z.string().optional(),
  }),
});

/** The values an agent gets, for a program that is about to start. Every use is audited. */
export const resolve = defineContract({
  path: "secrets:resolve",
  kind: "action",
  scope: "secrets:use",
  args: z.strictObject({
    agent: agent.optional(),
    names: z.array(secretName).min(1).max(SECRET_NAMES).optional().describe("only these"),
  }),
  result: z.strictObject({ agent: z.string(), values: z.array(opened), missing: z.array(z.string()) }),
});

/**
 * Whether values that the caller has are the ones that are kept, each opened to see; none leaves. The digest is the
 * keyed one of the caller's value: equal digests are equal values.
 */
export const compare = defineContract({
  path: "secrets:compare",
  kind: "action",
  scope: "secrets:write",
  args: z.strictObject({
    secrets: z
      .array(z.strictObject({ ...place, value: secretValue }))
      .min(1)
      .max(BATCH_ITEMS),
  }),
  /** In the order they were given. */
  result: z.strictObject({
    compared: z.array(
      z.strictObject({
        digest: z.string(),
        kept: z.enum(["same", "other", "none"]),
        /** Of what is kept. */
        version: z.number().optional(),
      }),
    ),
  }),
  sensitive: ["secrets"],
});

/** One value in the open, for a person. Without a level it is the one that `agent` gets. */
export const reveal = defineContract({
  path: "secrets:reveal",
  kind: "action",
  scope: "secrets:reveal",
  args: z.strictObject({ ...place, version: z.int().min(1).optional() }),
  result: opened,
});

/** Everything in the open, a page at a time. */
const exportAll = defineContract({
  path: "secrets:export",
  kind: "action",
  scope: "secrets:reveal",
  args: z.strictObject({ agent: agent.optional().describe("only what this agent gets"), cursor: cursor.optional() }),
  result: z.strictObject({ values: z.array(opened), cursor: z.string().optional() }),
});

export { exportAll as export };

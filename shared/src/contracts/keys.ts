import * as z from "zod";
import { defineContract } from "../contract.ts";
import { agent, cidr, cursor, futureMoment, id, limit, line } from "../fields.ts";
import { KEY_NETWORKS, REPORT_ITEMS } from "../limits.ts";
import { OWNER_SCOPES, SCOPES } from "../scopes.ts";

/** What the caller's own key may do; the door remembers it for up to a minute, to refuse early. */
export const resolve = defineContract({
  path: "keys:resolve",
  kind: "query",
  scope: "any",
  args: z.strictObject({}),
  result: z.strictObject({
    keyId: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    agent: z.string().optional(),
    /** The server whose key it is. */
    instance: z.string().optional(),
    /** Milliseconds since 1970. */
    expiresAt: z.number().optional(),
  }),
});

/** A key without its secret. Times are ISO 8601 in UTC. */
export const apiKey = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.enum(["key", "enroll"]),
  scopes: z.array(z.string()),
  agent: z.string().optional(),
  networks: z.array(z.string()).optional(),
  status: z.enum(["live", "rotating", "expired", "revoked"]),
  createdAt: z.string(),
  expiresAt: z.string().optional(),
  revokedAt: z.string().optional(),
  /** The key that takes over from this one, while both work. */
  successor: z.string().optional(),
  /** To the hour. */
  lastUsedAt: z.string().optional(),
  usedFrom: z.array(z.string()),
});
export type ApiKeyView = z.infer<typeof apiKey>;

/** What a key grants: never more than the key of whoever makes it. */
const grants = {
  name: line(80),
  scopes: z.array(z.enum(OWNER_SCOPES)).min(1),
  agent: agent.optional().describe("the key acts as this agent alone"),
  networks: z.array(cidr).min(1).max(KEY_NETWORKS).optional().describe("CIDRs it may be used from"),
  expiresAt: futureMoment.optional(),
};

/** `text` is the key itself, shown this once. */
const shown = z.strictObject({ key: apiKey, text: z.string() });

export const create = defineContract({
  path: "keys:create",
  kind: "action",
  scope: "keys:admin",
  args: z.strictObject(grants),
  result: shown,
});

/** A code of 15 minutes that `redeem` turns, once, into a key with these grants. */
export const enroll = defineContract({
  path: "keys:enroll",
  kind: "action",
  scope: "keys:admin",
  args: z.strictObject(grants),
  result: z.strictObject({ code: z.string(), expiresAt: z.string() }),
});

/** Called with the code as the key. A repeat with the same claim answers with a fresh key and ends the one before. */
export const redeem = defineContract({
  path: "keys:redeem",
  kind: "action",
  scope: "enroll:login",
  args: z.strictObject({ claim: z.uuid() }),
  result: shown,
});

export const list = defineContract({
  path: "keys:list",
  kind: "query",
  scope: "keys:admin",
  args: z.strictObject({ limit: limit.optional(), cursor: cursor.optional() }),
  /** Newest first. */
  result: z.strictObject({ keys: z.array(apiKey), cursor: z.string().optional() }),
});

/** A new key in place of another; both work until the grace period ends. */
export const rotate = defineContract({
  path: "keys:rotate",
  kind: "action",
  scope: "keys:admin",
  args: z.strictObject({
    id,
    graceMinutes: z
      .int()
      .min(0)
      .max(30 * 24 * 60)
      .optional()
      .describe("how long the old one works on; default a day"),
  }),
  result: shown,
});

/** Ends a key at once. */
export const revoke = defineContract({
  path: "keys:revoke",
  kind: "mutation",
  scope: "keys:admin",
  args: z.strictObject({ id }),
  result: z.strictObject({ revoked: z.literal(true) }),
});

/** The door tells, at most hourly, that keys were used and from where. */
export const touch = defineContract({
  path: "keys:touch",
  kind: "mutation",
  scope: "door",
  args: z.strictObject({
    uses: z
      .array(z.strictObject({ keyId: id, address: z.string().max(64).optional(), at: z.number() }))
      .max(REPORT_ITEMS),
  }),
  result: z.strictObject({ noted: z.number() }),
});

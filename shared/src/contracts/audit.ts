import * as z from "zod";
import { defineContract } from "../contract.ts";
import { ERRORS, type ErrorCode } from "../errors.ts";
import { cursor, id, limit, moment } from "../fields.ts";
import { REPORT_ITEMS } from "../limits.ts";

/** One thing that happened. Times are ISO 8601 in UTC. */
export const auditRecord = z.strictObject({
  id: z.string(),
  at: z.string(),
  keyId: z.string(),
  client: z.string().optional(),
  function: z.string(),
  /** Base64url SHA-256 of the arguments without values. */
  argsDigest: z.string().optional(),
  outcome: z.string(),
  /** Names of what it was about: secrets, keys, agents. */
  subjects: z.array(z.string()),
  requestId: z.string().optional(),
  /** Of refusals, which are told together: how many in that minute. */
  count: z.number(),
  sealed: z.boolean(),
});
export type AuditRecord = z.infer<typeof auditRecord>;

export const list = defineContract({
  path: "audit:list",
  kind: "query",
  scope: "audit:read",
  args: z.strictObject({
    since: moment.optional(),
    until: moment.optional(),
    limit: limit.optional(),
    cursor: cursor.optional(),
  }),
  /** Newest first. */
  result: z.strictObject({ records: z.array(auditRecord), cursor: z.string().optional() }),
  untrusted: ["records[].client", "records[].subjects"],
});

/** Goes through the sealed chain from its beginning, a piece at a time; `unsealed` waits for the next sealing. */
export const verify = defineContract({
  path: "audit:verify",
  kind: "query",
  scope: "audit:read",
  args: z.strictObject({ cursor: cursor.optional() }),
  result: z.strictObject({
    checked: z.number(),
    /** What does not fit, each with the record or the seal it was found at. */
    problems: z.array(
      z.strictObject({
        kind: z.enum(["altered", "removed", "chain_broken", "unknown_key", "chain_shortened"]),
        at: z.string(),
      }),
    ),
    unsealed: z.number(),
    cursor: z.string().optional(),
  }),
});

/** The door tells which calls it refused, together by key, function, code and minute. */
export const refusals = defineContract({
  path: "audit:refusals",
  kind: "mutation",
  scope: "door",
  args: z.strictObject({
    refusals: z
      .array(
        z.strictObject({
          keyId: id,
          function: z.string().max(100).optional(),
          code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
          minute: z.int(),
          count: z.int().min(1),
        }),
      )
      .max(REPORT_ITEMS),
  }),
  result: z.strictObject({ noted: z.number() }),
});

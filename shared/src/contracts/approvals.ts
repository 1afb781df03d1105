import * as z from "zod";
import { APPROVAL_KINDS, POLICIES } from "../approval.ts";
import { defineContract } from "../contract.ts";
import { cursor, id, limit, line } from "../fields.ts";
import { APPROVAL_LINE_CHARS, APPROVAL_LINES } from "../limits.ts";

/** What a call answers that needs a person's approval and has none yet; made again once it is given, it goes ahead. */
export const waiting = z.strictObject({
  status: z.literal("waiting_for_user"),
  approvalId: z.string(),
  expiresAt: z.string(),
});

/** Something waiting for a yes or no. Times are ISO 8601 in UTC. */
export const approval = z.strictObject({
  id: z.string(),
  kind: z.enum(APPROVAL_KINDS),
  title: z.string(),
  /** The exact difference that a yes allows. */
  lines: z.array(z.string()),
  /** SHA-256 of kind and difference, base64url: the yes is for this and nothing else. */
  digest: z.string(),
  status: z.enum(["waiting", "approved", "declined", "used", "expired"]),
  policy: z.enum(POLICIES),
  requestedBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
});
export type Approval = z.infer<typeof approval>;

/** For work that a local program does: answers `approved` once for each approval given, and uses it up. */
export const request = defineContract({
  path: "approvals:request",
  kind: "mutation",
  scope: "secrets:write",
  args: z.strictObject({
    kind: z.enum(["secret_import_copy", "secret_import_cleanup"]),
    lines: z.array(line(APPROVAL_LINE_CHARS)).min(1).max(APPROVAL_LINES).describe("the exact difference, for a person"),
  }),
  result: z.discriminatedUnion("status", [z.strictObject({ status: z.literal("approved") }), waiting]),
});

/** One's own request, or anyone's with the scope `approve`. */
export const get = defineContract({
  path: "approvals:get",
  kind: "query",
  scope: "any",
  args: z.strictObject({ id }),
  result: z.strictObject({ approval }),
  untrusted: ["approval.lines"],
});

export const list = defineContract({
  path: "approvals:list",
  kind: "query",
  scope: "approve",
  args: z.strictObject({ limit: limit.optional(), cursor: cursor.optional() }),
  /** Newest first, whatever became of them. */
  result: z.strictObject({ approvals: z.array(approval), cursor: z.string().optional() }),
  untrusted: ["approvals[].lines"],
});

/** Who may: see POLICIES. The digest is what the decider was shown. */
export const decide = defineContract({
  path: "approvals:decide",
  kind: "mutation",
  scope: "any",
  args: z.strictObject({ id, digest: z.string().length(43), decision: z.enum(["approve", "decline"]) }),
  result: z.strictObject({ approval }),
  untrusted: ["approval.lines"],
});

/** A token for the approval's page, `/approve/<token>` at the door. */
export const page = defineContract({
  path: "approvals:page",
  kind: "action",
  scope: "any",
  args: z.strictObject({ id }),
  result: z.strictObject({ token: z.string(), expiresAt: z.string() }),
});

export const policy = defineContract({
  path: "approvals:policy",
  kind: "query",
  scope: "any",
  args: z.strictObject({}),
  result: z.strictObject({ policy: z.enum(POLICIES) }),
});

export const setPolicy = defineContract({
  path: "approvals:setPolicy",
  kind: "mutation",
  scope: "approve",
  args: z.strictObject({ policy: z.enum(POLICIES) }),
  result: z.strictObject({ policy: z.enum(POLICIES) }),
});

/** Approvals: a person's yes to one exact difference, for the key that asked, once, within minutes. */
import { APPROVAL_MS, APPROVALS, type ApprovalKind, type Policy } from "@moorage/shared/approval";
import type { Approval, waiting } from "@moorage/shared/contracts/approvals";
import { AppError, ERRORS } from "@moorage/shared/errors";
import type * as z from "zod";
import type { Doc } from "../_generated/dataModel.ts";
import type { QueryCtx } from "../_generated/server.ts";
import type { AuthedMutationCtx, AuthedQueryCtx } from "../lib/functions.ts";
import { canonicalJson, digestOf, isSame } from "./encoding.ts";
import type { Principal } from "./principal.ts";

type ApprovalRow = Doc<"approvals">;
export type Waiting = z.output<typeof waiting>;

/**
 * Uses up the approval of this very difference, or begins to wait for one: then nothing else may happen.
 * @example const wait = await requireApproval(ctx, { kind: "secret_delete", lines }); if (wait !== undefined) return wait;
 */
export async function requireApproval(
  ctx: AuthedMutationCtx,
  { kind, lines }: { kind: ApprovalKind; lines: string[] },
): Promise<Waiting | undefined> {
  const { tenantId, keyId } = ctx.principal;
  const digest = digestOf(canonicalJson([kind, lines]));
  const asked = await ctx.db
    .query("approvals")
    .withIndex("by_tenant_key_digest", (q) => q.eq("tenantId", tenantId).eq("keyId", keyId).eq("digest", digest))
    .order("desc")
    .first();
  const now = Date.now();
  if (asked !== null && asked.usedAt === undefined && asked.expiresAt > now) {
    ctx.subjects.push(`approval:${asked._id}`);
    if (asked.decision === "decline") throw declined(asked);
    if (asked.decision === undefined) return waitFor(asked);
    await ctx.db.patch("approvals", asked._id, { usedAt: now });
    return undefined;
  }
  const expiresAt = now + APPROVAL_MS;
  const id = await ctx.db.insert("approvals", { tenantId, keyId, kind, lines, digest, expiresAt });
  ctx.subjects.push(`approval:${id}`);
  return waitFor({ _id: id, expiresAt });
}

/** It stands for as long as a yes would: nobody is asked the same again and again. */
const declined = ({ expiresAt }: Pick<ApprovalRow, "expiresAt">) =>
  new AppError("approval_declined", undefined, {
    hint: `${ERRORS.approval_declined.hint} Should they change their mind, the same call asks them again after ${new Date(expiresAt).toISOString()}.`,
  });

const waitFor = ({ _id, expiresAt }: Pick<ApprovalRow, "_id" | "expiresAt">): Waiting => ({
  status: "waiting_for_user",
  approvalId: _id,
  expiresAt: new Date(expiresAt).toISOString(),
});

/** One that the caller asked for, or any of the tenant's for those who approve. */
export async function requireShown(ctx: AuthedQueryCtx | AuthedMutationCtx, id: string): Promise<ApprovalRow> {
  const approvalId = ctx.db.normalizeId("approvals", id);
  const row = approvalId === null ? null : await ctx.db.get("approvals", approvalId);
  const { tenantId, keyId, scopes } = ctx.principal;
  if (row === null || row.tenantId !== tenantId || (row.keyId !== keyId && !scopes.includes("approve")))
    throw new AppError("not_found", "There is no approval with this id.", {
      hint: "Make the call again that asked for it.",
    });
  return row;
}

/** Carries a decision out. The digest is of what the decider was shown; saying the same again changes nothing. */
export async function decide(
  ctx: AuthedMutationCtx,
  row: ApprovalRow,
  {
    digest,
    decision,
    as,
  }: { digest: string; decision: "approve" | "decline"; as: Pick<Principal, "keyId" | "scopes"> },
): Promise<Approval> {
  ctx.subjects.push(`approval:${row._id}`, `decision:${decision}`);
  if (!isSame(row.digest, digest)) throw new AppError("invalid_input", "digest: is not of what this approval is about");
  if (decision === "approve" && !(await mayApprove(ctx, row, as))) throw new AppError("approval_refused");
  const isOver = row.usedAt !== undefined || row.expiresAt <= Date.now();
  if (isOver || (row.decision !== undefined && row.decision !== decision)) throw new AppError("approval_closed");
  if (row.decision === undefined) await ctx.db.patch("approvals", row._id, { decision, decidedBy: as.keyId });
  return present(ctx, { ...row, decision });
}

async function mayApprove(
  ctx: AuthedMutationCtx,
  row: ApprovalRow,
  { keyId, scopes }: Pick<Principal, "keyId" | "scopes">,
): Promise<boolean> {
  const isOwn = row.keyId === keyId;
  if ((await policyOf(ctx)) === "owner") return scopes.includes("approve") && !isOwn;
  return isOwn || scopes.includes("approve");
}

export async function policyOf({ db, principal }: Pick<AuthedQueryCtx, "db" | "principal">): Promise<Policy> {
  return (await db.get("tenants", principal.tenantId))?.approvalPolicy ?? "client";
}

export async function present(
  ctx: Pick<QueryCtx, "db"> & { principal: Principal },
  row: ApprovalRow,
): Promise<Approval> {
  return {
    id: row._id,
    kind: row.kind,
    title: APPROVALS[row.kind].title,
    lines: row.lines,
    digest: row.digest,
    status: statusOf(row),
    policy: await policyOf(ctx),
    requestedBy: row.keyId,
    createdAt: new Date(row._creationTime).toISOString(),
    expiresAt: new Date(row.expiresAt).toISOString(),
  };
}

function statusOf({ usedAt, decision, expiresAt }: ApprovalRow): Approval["status"] {
  if (usedAt !== undefined) return "used";
  if (decision === "decline") return "declined";
  if (expiresAt <= Date.now()) return "expired";
  return decision === undefined ? "waiting" : "approved";
}

/** API keys: made, shown, put in place of each other, ended. */
import type { ApiKeyView } from "@moorage/shared/contracts/keys";
import { AppError } from "@moorage/shared/errors";
import { instanceOf } from "@moorage/shared/scopes";
import type { Doc } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";
import type { AuthedMutationCtx, AuthedQueryCtx } from "../../lib/functions.ts";
import { findKey } from "../principal.ts";
import { type Grants, requireWithin } from "./grants.ts";

/** A key as its maker knows it, less the secret. */
export interface Minted {
  keyId: string;
  proofHash: string;
}

type KeyRow = Doc<"keys">;

export async function insert(
  ctx: AuthedMutationCtx,
  { keyId, proofHash }: Minted,
  grants: Grants & { purpose?: NonNullable<KeyRow["purpose"]> },
): Promise<KeyRow> {
  const { tenantId, keyId: createdBy } = ctx.principal;
  ctx.subjects.push(`key:${keyId}`);
  const id = await ctx.db.insert("keys", { tenantId, keyId, proofHash, createdBy, ...grants });
  return (await ctx.db.get("keys", id))!;
}

/** A key of the caller's tenant that people know of. */
async function requireKey(ctx: AuthedQueryCtx | AuthedMutationCtx, id: string): Promise<KeyRow> {
  const key = await findKey(ctx, id);
  const isTheirs = key?.tenantId === ctx.principal.tenantId && isShown(key);
  if (!isTheirs) throw new AppError("not_found", `There is no key "${id}".`);
  return key;
}

/** Tokens of pages come and go by themselves; keys and codes are people's to see. */
export const isShown = ({ purpose }: KeyRow): boolean => purpose === undefined || purpose.kind === "enroll";

export async function rotate(
  ctx: AuthedMutationCtx,
  minted: Minted,
  { id, graceMinutes }: { id: string; graceMinutes: number },
): Promise<KeyRow> {
  const old = await requireKey(ctx, id);
  if (old.purpose !== undefined || statusOf(old, Date.now()) !== "live")
    throw new AppError("invalid_input", "id: is not of a key that is alive and has no successor yet");
  const { name, scopes, agent, cidrs, expiresAt } = old;
  const grants = {
    name,
    scopes,
    ...(agent === undefined ? {} : { agent }),
    ...(cidrs === undefined ? {} : { cidrs }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  requireWithin(ctx.principal, grants);
  const successor = await insert(ctx, minted, grants);
  // Those of the first start are nobody's making, and each Moorage has its own: so are their successors.
  if (old.createdBy === undefined) await ctx.db.patch("keys", successor._id, { createdBy: undefined });
  ctx.subjects.push(`key:${old.keyId}`);
  const ends = Math.min(expiresAt ?? Infinity, Date.now() + graceMinutes * 60_000);
  await ctx.db.patch("keys", old._id, { successor: successor.keyId, expiresAt: ends });
  return successor;
}

export async function revoke(ctx: AuthedMutationCtx, id: string): Promise<void> {
  const key = await requireKey(ctx, id);
  ctx.subjects.push(`key:${id}`);
  await end(ctx, key);
}

/** The server whose key it is, if it is one's, must not be answered any longer than it takes to tell the door. */
async function tellDoor(ctx: MutationCtx, { scopes }: KeyRow): Promise<void> {
  const instanceId = ctx.db.normalizeId("instances", instanceOf(scopes) ?? "");
  if (instanceId !== null) await ctx.db.patch("instances", instanceId, { desiredAt: Date.now() });
}

/** Ends a key at once: every later call with it is refused. */
export async function end(ctx: MutationCtx, key: KeyRow): Promise<void> {
  if (key.revokedAt !== undefined) return;
  await ctx.db.patch("keys", key._id, { revokedAt: Date.now() });
  await tellDoor(ctx, key);
}

/**
 * Turns an enrolment code into its key. Whoever comes first names a claim; a repeat with it means that the answer was
 * lost, so the key of the time before ends.
 */
export async function redeem(ctx: AuthedMutationCtx, minted: Minted, claim: string): Promise<KeyRow> {
  const code = (await findKey(ctx, ctx.principal.keyId))!;
  const { purpose } = code;
  if (purpose?.kind !== "enroll") throw new AppError("invalid_input", "The key is not an enrolment code.");
  if (purpose.claim !== undefined && purpose.claim !== claim) throw new AppError("token_used");
  const maker = code.createdBy === undefined ? null : await findKey(ctx, code.createdBy);
  if (maker?.revokedAt !== undefined) throw new AppError("unauthenticated");
  const before = purpose.redeemedAs === undefined ? null : await findKey(ctx, purpose.redeemedAs);
  if (before !== null) await end(ctx, before);
  await ctx.db.patch("keys", code._id, { purpose: { ...purpose, claim, redeemedAs: minted.keyId } });
  return insert(ctx, minted, purpose.grants);
}

/** A key as people see it. */
export async function present(ctx: Pick<QueryCtx, "db">, key: KeyRow): Promise<ApiKeyView> {
  const usage = await ctx.db
    .query("keyUsage")
    .withIndex("by_keyId", (q) => q.eq("keyId", key.keyId))
    .unique();
  return {
    ...presentNew(key),
    usedFrom: usage?.networks ?? [],
    ...(usage === null ? {} : { lastUsedAt: iso(usage.lastUsedAt) }),
  };
}

/** A key that was made a moment ago: nobody has used it, so its use need not be read. */
export function presentNew(key: KeyRow): ApiKeyView {
  const { keyId, name, scopes, agent, cidrs, expiresAt, revokedAt, successor, purpose } = key;
  return {
    id: keyId,
    name,
    kind: purpose?.kind === "enroll" ? "enroll" : "key",
    scopes,
    status: statusOf(key, Date.now()),
    createdAt: iso(key._creationTime),
    usedFrom: [],
    ...(agent === undefined ? {} : { agent }),
    ...(cidrs === undefined ? {} : { networks: cidrs }),
    ...(expiresAt === undefined ? {} : { expiresAt: iso(expiresAt) }),
    ...(revokedAt === undefined ? {} : { revokedAt: iso(revokedAt) }),
    ...(successor === undefined ? {} : { successor }),
  };
}

function statusOf({ revokedAt, expiresAt, successor }: KeyRow, now: number): ApiKeyView["status"] {
  if (revokedAt !== undefined) return "revoked";
  if ((expiresAt ?? Infinity) <= now) return "expired";
  return successor === undefined ? "live" : "rotating";
}

const iso = (ms: number) => new Date(ms).toISOString();

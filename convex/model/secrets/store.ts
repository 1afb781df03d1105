/** Writes a value that an action has sealed, as the next version of its place. */
import type { Secret } from "@moorage/shared/contracts/secrets";
import { AppError } from "@moorage/shared/errors";
import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.ts";
import type { AuthedMutationCtx } from "../../lib/functions.ts";
import type { vGenerator } from "../../tables/secrets.ts";
import type { SealedValue } from "../crypto/vault.ts";
import { once } from "../receipts.ts";
import { RETENTION_MS, settle, tellServers } from "../server/rotation.ts";
import { findRow, type Place, requireRow, subjectOf } from "./place.ts";
import { present } from "./present.ts";

export interface Sealing extends SealedValue {
  place: Place;
  /** Sealed for this version: when another call was faster, it fits no more. */
  version: number;
  source: Doc<"secrets">["source"];
  generator?: Infer<typeof vGenerator> | undefined;
  rotateAfter?: number | undefined;
}

/** Answers with the secret as it is now; the same value as before makes no new version. */
export async function store(
  ctx: AuthedMutationCtx,
  sealing: Sealing,
): Promise<{ id: string; secret: Secret; changed: boolean }> {
  const { place, version, sealed, digest, bytes, source, generator, rotateAfter } = sealing;
  const { tenantId, keyId } = ctx.principal;
  ctx.subjects.push(subjectOf(place));
  const row = await findRow(ctx, tenantId, place);
  if (row !== null && row.deletedAt === undefined && row.digest === digest) {
    if (rotateAfter !== undefined) await ctx.db.patch("secrets", row._id, { rotateAfter });
    return { id: row._id, secret: await present(ctx, (await ctx.db.get("secrets", row._id))!), changed: false };
  }
  if ((row?.version ?? 0) + 1 !== version) throw new AppError("conflict");
  const now = Date.now();
  const current = { version, digest, bytes, source, updatedAt: now, updatedBy: keyId };
  const secretId = row?._id ?? (await ctx.db.insert("secrets", { tenantId, ...place, ...current }));
  await ctx.db.patch("secrets", secretId, { ...current, generator, rotateAfter, deletedAt: undefined });
  const made = { version, sealed, digest, bytes, source, createdBy: keyId };
  await ctx.db.insert("secretVersions", { tenantId, secretId, ...made });
  await settle(ctx, secretId);
  await tellServers(ctx, tenantId, place);
  return { id: secretId, secret: await present(ctx, (await ctx.db.get("secrets", secretId))!), changed: true };
}

/** The current version becomes one of the past: it is kept for a while. */
export async function retire(ctx: MutationCtx, { _id, version }: Doc<"secrets">): Promise<void> {
  const current = await findVersion(ctx, _id, version);
  if (current !== null) await ctx.db.patch("secretVersions", current._id, { keptUntil: Date.now() + RETENTION_MS });
}

export function findVersion(
  ctx: Pick<QueryCtx, "db">,
  secretId: Id<"secrets">,
  version: number,
): Promise<Doc<"secretVersions"> | null> {
  return ctx.db
    .query("secretVersions")
    .withIndex("by_secret", (q) => q.eq("secretId", secretId).eq("version", version))
    .unique();
}

/** The same, once for each operation id: a repeat answers with the secret as it is now. */
export async function storeOnce(
  ctx: AuthedMutationCtx,
  operation: { path: string; opId: string },
  sealing: Sealing,
): Promise<Secret> {
  const { tenantId } = ctx.principal;
  const replay = async () => {
    const row = await requireRow(ctx, tenantId, sealing.place);
    return { id: row._id as string, secret: await present(ctx, row), changed: false };
  };
  return (await once(ctx, operation, () => store(ctx, sealing), replay)).secret;
}

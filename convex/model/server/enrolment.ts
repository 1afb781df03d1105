/** How a new server gets its key: by a one-time token that was made before there was a server. */
import { createApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import { AppError } from "@moorage/shared/errors";
import { shardOf } from "@moorage/shared/presence";
import { instanceScope } from "@moorage/shared/scopes";
import { internal } from "../../_generated/api.ts";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { ActionCtx, MutationCtx } from "../../_generated/server.ts";
import type { AuthedMutationCtx, AuthedQueryCtx } from "../../lib/functions.ts";
import * as keys from "../keys/keys.ts";
import { notice } from "../operations/operations.ts";
import { findKey } from "../principal.ts";
import { deploymentOf, type InstanceRow } from "./instances.ts";

export const TOKEN_MS = 15 * 60_000;

/**
 * A token for one server, from an action. Its hash is stored before anyone gets it; the text is in what the server is
 * made of, and nowhere else.
 */
export async function mintToken(ctx: ActionCtx, instanceId: Id<"instances">): Promise<string> {
  const { keyId, secret, text } = createApiKey();
  const proofHash = await proofHashOf(await proofOf(secret));
  await ctx.runMutation(internal.instanceWrites.prepare, { instanceId, keyId, proofHash });
  return text;
}

export async function prepare(ctx: MutationCtx, instance: InstanceRow, minted: keys.Minted): Promise<void> {
  await ctx.db.insert("keys", {
    ...minted,
    tenantId: instance.tenantId,
    name: "server enrolment",
    scopes: ["enroll:instance"],
    expiresAt: Date.now() + TOKEN_MS,
    purpose: { kind: "enrollInstance", instanceId: instance._id },
  });
}

/** The server that the caller's token is for, until it has been heard: no other machine becomes it. */
export async function requireEnrolling(ctx: AuthedQueryCtx | AuthedMutationCtx): Promise<InstanceRow> {
  const { purpose } = ctx.principal;
  if (purpose?.kind !== "enrollInstance") throw new AppError("invalid_input", "The key is not a server's token.");
  const instance = await ctx.db.get("instances", purpose.instanceId);
  const deployment = instance === null ? undefined : await deploymentOf(ctx, instance);
  if (instance === null || deployment?.endedAt !== undefined || deployment?.status === "destroying")
    throw new AppError("unauthenticated");
  if (wasHeard(instance)) throw new AppError("token_used");
  return instance;
}

interface Redemption {
  claim: string;
  sshHostKey?: string | undefined;
  machineId?: string | undefined;
}

/** Whoever comes first names a claim. A repeat with it, until the server has been heard, gets a new key for the one before. */
export async function redeem(ctx: AuthedMutationCtx, minted: keys.Minted, asked: Redemption): Promise<InstanceRow> {
  const instance = await requireEnrolling(ctx);
  const token = (await findKey(ctx, ctx.principal.keyId))!;
  const purpose = token.purpose as Extract<NonNullable<Doc<"keys">["purpose"]>, { kind: "enrollInstance" }>;
  const isRepeat = purpose.claim === asked.claim;
  if (purpose.claim !== undefined && !isRepeat) throw new AppError("token_used");
  const before = instance.keyId === undefined ? null : await findKey(ctx, instance.keyId);
  if (before !== null) await keys.end(ctx, before);
  if (!isRepeat) await ctx.db.patch("keys", token._id, { purpose: { ...purpose, claim: asked.claim } });
  const { name, agent } = await deploymentOf(ctx, instance);
  await keys.insert(ctx, minted, { name: `server ${name}`, scopes: [instanceScope(instance._id)], agent });
  const now = Date.now();
  const { keyId } = minted;
  const { sshHostKey, machineId } = asked;
  await ctx.db.patch("instances", instance._id, {
    keyId,
    shard: shardOf(keyId),
    enrolledAt: now,
    desiredAt: now,
    sshHostKey,
    machineId,
  });
  ctx.subjects.push(`deployment:${instance.deploymentId}`);
  await notice(ctx, instance.deploymentId);
  return (await ctx.db.get("instances", instance._id))!;
}

/** Since it enrolled. */
const wasHeard = ({ enrolledAt, lastSeenAt }: InstanceRow): boolean =>
  enrolledAt !== undefined && lastSeenAt !== undefined && lastSeenAt >= enrolledAt;

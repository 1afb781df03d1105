/** Who is calling: the door's word that the caller knows a key, held against the key's own row on every call. */
import { AppError } from "@moorage/shared/errors";
import { isGranted, type Scope } from "@moorage/shared/scopes";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Doc, Id } from "../_generated/dataModel.ts";
import type { QueryCtx } from "../_generated/server.ts";
import { isSame } from "./encoding.ts";
import { isInside } from "./networks.ts";

export interface Principal {
  keyId: string;
  tenantId: Id<"tenants">;
  scopes: string[];
  /** A bound key's agent; it overrides what a call says. */
  agent?: string;
  expiresAt?: number;
  /** Networks it is bound to. */
  cidrs?: string[];
  /** The key that made this one. */
  createdBy?: string;
  /** What a key is for that the backend made. */
  purpose?: NonNullable<Doc<"keys">["purpose"]>;
}

/**
 * The caller, or `unauthenticated`: the same answer for no token, an unknown key, a wrong proof, a revoked and an expired
 * key. The tenant, the scopes and the agent come from the key's row, never from the token's claims.
 */
export async function requirePrincipal(ctx: Pick<QueryCtx, "auth" | "db">): Promise<Principal> {
  const identity = await ctx.auth.getUserIdentity();
  if (identity === null) throw new AppError("unauthenticated");
  const key = await findKey(ctx, identity.subject);
  const proven = isProof(identity["proof"], key?.proofHash ?? NO_HASH);
  // A cached query may have been judged by an older clock; the token in its cache key lives five minutes at most.
  const alive = key !== null && key.revokedAt === undefined && (key.expiresAt ?? Infinity) > Date.now();
  if (!proven || !alive) throw new AppError("unauthenticated");
  if (key.cidrs !== undefined && !isInside(identity["ip"], key.cidrs)) throw new AppError("network_refused");
  const { keyId, tenantId, scopes, agent, expiresAt, cidrs, createdBy, purpose } = key;
  return {
    keyId,
    tenantId,
    scopes,
    ...(agent === undefined ? {} : { agent }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(cidrs === undefined ? {} : { cidrs }),
    ...(createdBy === undefined ? {} : { createdBy }),
    ...(purpose === undefined ? {} : { purpose }),
  };
}

export function requireScope(principal: Principal, scope: Scope | "any"): Principal {
  if (isGranted(principal.scopes, scope)) return principal;
  throw new AppError("missing_scope", `This key lacks the scope "${scope}".`);
}

/** What concerns every agent is not for a key that acts for one. */
export function requireUnbound({ agent }: Principal): void {
  if (agent === undefined) return;
  throw new AppError("beyond_own_key", `This key acts for the agent "${agent}" alone; this concerns all of them.`, {
    hint: "Ask the key's owner for one that is bound to no agent.",
  });
}

/** Where another agent in the place of the named one would surprise: a bound key names its own, or none. */
export function requireOwnAgent({ agent }: Principal, named: string | undefined): void {
  if (agent === undefined || named === undefined || named === agent) return;
  throw new AppError("beyond_own_key", `This key acts for the agent "${agent}" alone, not for "${named}".`, {
    hint: `Leave \`agent\` out, or ask the key's owner for a key that may act for "${named}".`,
  });
}

export function findKey(ctx: Pick<QueryCtx, "db">, keyId: string): Promise<Doc<"keys"> | null> {
  return ctx.db
    .query("keys")
    .withIndex("by_keyId", (q) => q.eq("keyId", keyId))
    .unique();
}

/** Compared with when there is no such key, so that both cases do the same work. */
const NO_HASH = "0".repeat(64);

function isProof(proof: unknown, hash: string): boolean {
  return typeof proof === "string" && isSame(bytesToHex(sha256(utf8ToBytes(proof))), hash);
}

/** What is told of a secret: everything but its value. */
import type { Secret } from "@moorage/shared/contracts/secrets";
import type { Doc } from "../../_generated/dataModel.ts";
import type { QueryCtx } from "../../_generated/server.ts";

export async function present(ctx: Pick<QueryCtx, "db">, row: Doc<"secrets">): Promise<Secret> {
  const lastUse = await ctx.db
    .query("secretUses")
    .withIndex("by_secret_usedAt", (q) => q.eq("secretId", row._id))
    .order("desc")
    .first();
  const { name, level, agent, version, digest, bytes, source, updatedBy, rotateAfter } = row;
  return {
    name,
    level,
    version,
    digest,
    bytes,
    source,
    updatedBy,
    createdAt: iso(row._creationTime),
    updatedAt: iso(row.updatedAt),
    ...(level === "agent" ? { agent } : {}),
    ...(rotateAfter === undefined ? {} : { rotateAfter: iso(rotateAfter) }),
    ...(lastUse === null ? {} : { lastUsedAt: iso(lastUse.usedAt) }),
  };
}

export const iso = (ms: number): string => new Date(ms).toISOString();

/** Keys that go from one Moorage to another with what they open: told by their proofs' hashes, as they are kept. */
import type { ArgsOf, ResultOf } from "@moorage/shared/contract";
import type { exportKeys, importKeys } from "@moorage/shared/contracts/transfer";
import { PAGE_ITEMS } from "@moorage/shared/limits";
import * as z from "zod";
import type { Doc } from "../../_generated/dataModel.ts";
import type { AuthedMutationCtx, AuthedQueryCtx } from "../../lib/functions.ts";
import { given } from "../given.ts";
import { fillPage, parseCursor } from "../pages.ts";
import { findKey } from "../principal.ts";
import { grantsFor } from "./grants.ts";
import { insert } from "./keys.ts";

type MovedKey = ArgsOf<typeof importKeys>["keys"][number];

export async function page(ctx: AuthedQueryCtx, { cursor }: { cursor?: string | undefined }): Promise<Exported> {
  const after = cursor === undefined ? -1 : parseCursor(cursor, z.tuple([z.number()]))[0];
  const rows = ctx.db
    .query("keys")
    .withIndex("by_tenant", (q) => q.eq("tenantId", ctx.principal.tenantId).gt("_creationTime", after));
  const { items, ...next } = await fillPage(rows, {
    limit: PAGE_ITEMS,
    present: (row) => (isMoved(row, Date.now()) ? present(row) : undefined),
    bytesOf: () => 500,
    placeOf: (row) => [row._creationTime],
  });
  return { keys: items, ...next };
}

type Exported = ResultOf<typeof exportKeys>;

/** Made by a person or their agent, and alive. */
const isMoved = ({ createdBy, purpose, revokedAt, expiresAt = Infinity }: Doc<"keys">, now: number) =>
  createdBy !== undefined && purpose === undefined && revokedAt === undefined && expiresAt > now;

const present = ({ keyId, name, scopes, agent, cidrs, expiresAt, proofHash }: Doc<"keys">): MovedKey =>
  given({
    id: keyId,
    name,
    scopes: scopes as MovedKey["scopes"],
    agent,
    networks: cidrs,
    expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString(),
    proofHash,
  });

/** False where a key of this id is here already, whoever's it is: it stays as it is. */
export async function takeIn(ctx: AuthedMutationCtx, { id, proofHash, ...asked }: MovedKey): Promise<boolean> {
  if ((await findKey(ctx, id)) !== null) return false;
  await insert(ctx, { keyId: id, proofHash }, grantsFor(ctx.principal, asked));
  return true;
}

/** How an action opens values: the ciphertexts in pieces that one query may read, each at its own place. */
import { AppError } from "@moorage/shared/errors";
import { internal } from "../../_generated/api.ts";
import type { AuthedActionCtx } from "../../lib/functions.ts";
import type { Sealed } from "../crypto/sealed.ts";
import { openVault } from "../crypto/vault.ts";
import { type Place, subjectOf } from "./place.ts";

const BATCH = 500;
/** Ciphertexts are base64 of what they hold. */
const BATCH_BYTES = 4 * 1024 * 1024;

export interface Found {
  place: Place;
  secretId: string;
  version: number;
  bytes: number;
}

export interface Opened {
  name: string;
  level: Place["level"];
  agent?: string;
  version: number;
  value: string;
}

export async function openAll(ctx: AuthedActionCtx, found: readonly Found[]): Promise<Opened[]> {
  if (found.length === 0) return [];
  const { tenantId } = ctx.principal;
  const vault = await openVault(ctx, tenantId);
  const opened: Opened[] = [];
  for (const batch of batches(found)) {
    const versions = batch.map(({ secretId, version }) => ({ secretId, version }));
    const sealed: (Sealed | null)[] = await ctx.runQuery(internal.secretReads.sealedOf, { tenantId, versions });
    const values = await Promise.all(
      batch.map(({ place, version }, at) => {
        const one = sealed[at];
        if (one == null) throw new AppError("not_found", `This version of ${place.name} is no longer kept.`);
        return vault.open(place, version, one);
      }),
    );
    batch.forEach(({ place: { name, level, agent }, version }, at) => {
      opened.push({ name, level, version, value: values[at]!, ...(level === "agent" ? { agent } : {}) });
    });
  }
  return opened;
}

export const subjectsOf = (found: readonly Found[]): string[] =>
  found.map(({ place, version }) => `${subjectOf(place)} v${version}`);

function batches(found: readonly Found[]): Found[][] {
  const all: Found[][] = [[]];
  let bytes = 0;
  for (const one of found) {
    if (all.at(-1)!.length === BATCH || bytes + one.bytes > BATCH_BYTES) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)!.push(one);
    bytes += one.bytes;
  }
  return all;
}

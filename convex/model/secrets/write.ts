/** How an action writes a value: look, seal for the next version, store, and look again when another was faster. */
import { parseErrorShape } from "@moorage/shared/errors";
import { ConvexError } from "convex/values";
import type * as z from "zod";
import { internal } from "../../_generated/api.ts";
import type { AuthedActionCtx } from "../../lib/functions.ts";
import { openVault } from "../crypto/vault.ts";
import type { sealing } from "./halves.ts";
import type { Place } from "./place.ts";

export type Sealing = z.output<typeof sealing>;

const ATTEMPTS = 5;
const DAY_MS = 24 * 60 * 60_000;

export interface Writing {
  place: Place;
  value: string;
  source: Sealing["source"];
  generator?: Sealing["generator"];
  rotateAfter?: number | undefined;
}

export async function write<R>(
  ctx: AuthedActionCtx,
  { place, value, source, generator, rotateAfter }: Writing,
  store: (sealing: Sealing) => Promise<R>,
): Promise<R> {
  const { tenantId } = ctx.principal;
  const vault = await openVault(ctx, tenantId);
  for (let attempt = 1; ; attempt++) {
    const before: number = await ctx.runQuery(internal.secretReads.versionAt, { tenantId, place });
    const version = before + 1;
    const sealed = await vault.seal(place, version, value);
    try {
      return await store({
        place,
        version,
        ...sealed,
        source,
        ...(generator === undefined ? {} : { generator }),
        ...(rotateAfter === undefined ? {} : { rotateAfter }),
      });
    } catch (error) {
      const isConflict = error instanceof ConvexError && parseErrorShape(error.data)?.code === "conflict";
      if (!isConflict || attempt === ATTEMPTS) throw error;
    }
  }
}

export const rotateAfterOf = (days: number | undefined): number | undefined =>
  days === undefined ? undefined : Date.now() + days * DAY_MS;

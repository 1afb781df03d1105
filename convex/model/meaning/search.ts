/** What is close to a question in meaning: asked within a short time, and left out where that is not enough. */
import type * as contracts from "@moorage/shared/contracts/memory";
import type * as z from "zod";
import { internal } from "../../_generated/api.ts";
import type { Doc } from "../../_generated/dataModel.ts";
import type { ActionCtx } from "../../_generated/server.ts";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { type Whose, whoseOf } from "../memories/rows.ts";
import type { Candidate } from "../recall/candidates.ts";
import { embed } from "./endpoint.ts";
import { nearOf } from "./near.ts";
import { endpointOf, findJob, findSettings, ownerOf, type Settings, spaceOf } from "./settings.ts";
import { isTrusted } from "./trust.ts";

/** Longer than an answer takes from a service that is well; words alone are there at once. */
const QUESTION_MS = 1_000;
const CLOSEST = 32;
/** Vectors looked for: pieces of a long memory may stand beside each other. */
const NEAREST = 64;

/** Where to ask, and whose vectors for. */
export type Asking = Pick<Settings, "tenantId" | "generation" | "url" | "model" | "dimensions" | "secret"> & {
  whose: Whose[];
};
type Args = z.output<(typeof contracts.search)["args"]>;

/** Where to ask; undefined without settings, while the service is not well, and for what was known at another time. */
export async function askingOf(ctx: AuthedQueryCtx, { asOf, agent }: Args): Promise<Asking | undefined> {
  const { tenantId } = ctx.principal;
  const settings = asOf === undefined ? await findSettings(ctx, tenantId) : null;
  if (settings === null) return undefined;
  const { nextAt = 0, restUntil = 0 } = (await findJob(ctx, tenantId))!;
  if (Math.max(nextAt, restUntil) > Date.now()) return undefined;
  const { _id, _creationTime, setBy, setAt, ...rest } = settings;
  return { ...rest, whose: whoseOf(ctx.principal, agent) };
}

export async function closest(ctx: ActionCtx, at: Asking, query: string): Promise<string[]> {
  try {
    const vector = await vectorOf(ctx, at, query);
    const found = await ctx.vectorSearch("memoryVectors", "by_vector", {
      vector,
      limit: NEAREST,
      filter: (q) =>
        q.or(
          ...at.whose.map(({ agent, shared }) =>
            agent !== undefined
              ? q.eq("owner", ownerOf(at, agent))
              : q.eq(shared === undefined ? "space" : "shared", spaceOf(at)),
          ),
        ),
    });
    return nearOf(found, { isAll: found.length < NEAREST }).map(({ _id }) => _id);
  } catch {
    // Whatever is wrong with the service or its key, words find what they find; the job says what it was.
    return [];
  }
}

/** While the service is not well, the next questions do not wait for it. */
async function vectorOf(ctx: ActionCtx, at: Asking, query: string) {
  try {
    const [vector] = await embed(await endpointOf(ctx, at.tenantId, at), [query], QUESTION_MS);
    return vector!;
  } catch (error) {
    await ctx.runMutation(internal.embeddings.rest, { tenantId: at.tenantId, generation: at.generation });
    throw error;
  }
}

export interface Meant {
  candidates: Candidate[];
  isTrusted: boolean;
}

/** The index rows of what is close, closest first, each memory once: those that still say it, within the question's filters. */
export async function meantBy(
  ctx: AuthedQueryCtx,
  close: readonly string[],
  candidateOf: (row: Doc<"memoryIndex">) => Candidate | undefined,
): Promise<Meant> {
  const { tenantId } = ctx.principal;
  const job = close.length === 0 ? null : await findJob(ctx, tenantId);
  if (job === null) return { candidates: [], isTrusted: false };
  const candidates: Candidate[] = [];
  const seen = new Set<string>();
  for (const id of close) {
    if (seen.size === CLOSEST) break;
    const known = ctx.db.normalizeId("memoryVectors", id);
    const vector = known === null ? null : await ctx.db.get("memoryVectors", known);
    if (vector?.space !== spaceOf(job) || seen.has(vector.memoryId)) continue;
    seen.add(vector.memoryId);
    const row = await ctx.db.get("memoryIndex", vector.indexId);
    const candidate = row === null ? undefined : candidateOf(row);
    if (candidate !== undefined) candidates.push(candidate);
  }
  return { candidates, isTrusted: isTrusted(job) };
}

/** The reading halves of the actions in secrets.ts: rows and ciphertexts, for those who may open them. */
import * as contracts from "@moorage/shared/contracts/secrets";
import { AppError } from "@moorage/shared/errors";
import { PAGE_ITEMS } from "@moorage/shared/limits";
import { v } from "convex/values";
import * as z from "zod";
import type { Doc } from "./_generated/dataModel.ts";
import { internalQuery } from "./_generated/server.ts";
import { authedHalfQuery } from "./lib/functions.ts";
import { reaching, rowsFor } from "./model/secrets/explain.ts";
import * as halves from "./model/secrets/halves.ts";
import { namesPage } from "./model/secrets/names.ts";
import { findRow, requireKeptRow, requireRow } from "./model/secrets/place.ts";
import { present } from "./model/secrets/present.ts";
import { resolve as resolveRows } from "./model/secrets/resolve.ts";
import { findVersion } from "./model/secrets/store.ts";
import { vLevel } from "./tables/secrets.ts";

/** What one page of an export opens at most. */
const EXPORT_BYTES = 1024 * 1024;

/** How many versions a place has had; 0 for one that never had a value. */
export const versionAt = internalQuery({
  args: {
    tenantId: v.id("tenants"),
    place: v.object({ name: v.string(), level: vLevel, agent: v.string() }),
  },
  returns: v.number(),
  handler: async (ctx, { tenantId, place }) => (await findRow(ctx, tenantId, place))?.version ?? 0,
});

/** Where the sealed values are that an action is to open. */
const found = z.strictObject({ place: halves.place, secretId: z.string(), version: z.number(), bytes: z.number() });

export const toRotate = authedHalfQuery(
  contracts.rotate,
  {
    args: z.strictObject({ place: halves.place }),
    result: z.strictObject({
      secret: contracts.secret,
      generator: halves.generator.optional(),
      rotateAfter: z.number().optional(),
    }),
  },
  async (ctx, { place }) => {
    const row = await requireRow(ctx, ctx.principal.tenantId, place);
    const { generator, rotateAfter, source } = row;
    return {
      secret: await present(ctx, row),
      ...(generator === undefined || source !== "generated" ? {} : { generator }),
      // The next one is due as long after its making as this one was.
      ...(rotateAfter === undefined ? {} : { rotateAfter: Date.now() + rotateAfter - row.updatedAt }),
    };
  },
);

export const toCopy = authedHalfQuery(
  contracts.copy,
  { args: z.strictObject({ place: halves.place }), result: found },
  async (ctx, { place }) => whereOf(await requireRow(ctx, ctx.principal.tenantId, place)),
);

export const toRestore = authedHalfQuery(
  contracts.restore,
  { args: z.strictObject({ place: halves.place, version: z.number() }), result: found },
  async (ctx, { place, version }) => ({
    ...whereOf(await requireKeptRow(ctx, ctx.principal.tenantId, place)),
    version,
  }),
);

export const toCompare = authedHalfQuery(
  contracts.compare,
  { args: z.strictObject({ places: z.array(halves.place) }), result: z.array(found.nullable()) },
  async (ctx, { places }) => {
    const rows = await Promise.all(places.map((place) => findRow(ctx, ctx.principal.tenantId, place)));
    return rows.map((row) => (row === null || row.deletedAt !== undefined ? null : whereOf(row)));
  },
);

export const toResolve = authedHalfQuery(
  contracts.resolve,
  {
    args: z.strictObject({ agent: z.string(), names: z.array(z.string()).optional() }),
    result: z.strictObject({ found: z.array(found), missing: z.array(z.string()) }),
  },
  async (ctx, { agent, names }) => {
    const { rows, missing } = await resolveRows(ctx, { agent, names });
    return { found: rows.map(whereOf), missing };
  },
);

export const toReveal = authedHalfQuery(
  contracts.reveal,
  {
    args: z.strictObject({ name: z.string(), agent: z.string(), place: halves.place.optional() }),
    result: found,
  },
  async (ctx, { name, agent, place }) => {
    if (place !== undefined) return whereOf(await requireRow(ctx, ctx.principal.tenantId, place));
    const [nearest] = await rowsFor(ctx, name, agent);
    if (nearest === undefined) throw new AppError("not_found", `No level has a secret "${name}" for "${agent}".`);
    return whereOf(nearest);
  },
);

export const toExport = authedHalfQuery(
  contracts.export,
  {
    args: z.strictObject({ agent: z.string().optional(), cursor: z.string().optional() }),
    result: z.strictObject({ found: z.array(found), cursor: z.string().optional() }),
  },
  async (ctx, { agent, cursor }) => {
    const bound = ctx.principal.agent ?? agent;
    const page = await namesPage(ctx, { cursor, limit: PAGE_ITEMS, maxBytes: EXPORT_BYTES });
    const rows = page.names.flatMap(([, same]) => (bound === undefined ? same : reaching(same, bound).slice(0, 1)));
    return { found: rows.map(whereOf), ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
  },
);

/** The sealed value itself, of a place that the caller's action has found. */
export const sealedOf = internalQuery({
  args: {
    tenantId: v.id("tenants"),
    versions: v.array(v.object({ secretId: v.string(), version: v.number() })),
  },
  returns: v.array(
    v.union(v.null(), v.object({ protected: v.string(), iv: v.string(), ciphertext: v.string(), tag: v.string() })),
  ),
  handler: (ctx, { tenantId, versions }) =>
    Promise.all(
      versions.map(async ({ secretId, version }) => {
        const id = ctx.db.normalizeId("secrets", secretId);
        const row = id === null ? null : await findVersion(ctx, id, version);
        return row?.tenantId === tenantId ? row.sealed : null;
      }),
    ),
});

function whereOf({ _id, name, level, agent, version, bytes }: Doc<"secrets">) {
  return { place: { name, level, agent }, secretId: _id as string, version, bytes };
}

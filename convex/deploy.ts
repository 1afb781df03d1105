import * as contracts from "@moorage/shared/contracts/deploy";
import { PAGE_ITEMS } from "@moorage/shared/limits";
import * as z from "zod";
import { authedQuery } from "./lib/functions.ts";
import { accessTo } from "./model/deploy/access.ts";
import { present, requireDeployment } from "./model/deploy/deployments.ts";
import { newestVersions } from "./model/deploy/versions.ts";
import { fillPage, parseCursor } from "./model/pages.ts";
import { iso } from "./model/secrets/present.ts";

/** About what one takes in an answer. */
const DEPLOYMENT_BYTES = 600;

export const list = authedQuery(contracts.list, async (ctx, { all = false, limit = PAGE_ITEMS, cursor }) => {
  const { tenantId, agent } = ctx.principal;
  const before = cursor === undefined ? Infinity : parseCursor(cursor, z.tuple([z.number()]), { all })[0];
  const table = ctx.db.query("deployments");
  const rows = all
    ? table.withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).lt("_creationTime", before))
    : table.withIndex("by_tenant_endedAt", (q) =>
        q.eq("tenantId", tenantId).eq("endedAt", undefined).lt("_creationTime", before),
      );
  const { items, ...next } = await fillPage(rows.order("desc"), {
    limit,
    present: (row) => (agent === undefined || row.agent === agent ? row : undefined),
    bytesOf: () => DEPLOYMENT_BYTES,
    placeOf: ({ _creationTime }) => [_creationTime],
    asked: { all },
  });
  return { deployments: await Promise.all(items.map((row) => present(ctx, row))), ...next };
});

export const get = authedQuery(contracts.get, async (ctx, { deployment: named }) => {
  const row = await requireDeployment(ctx, named);
  const versions = await newestVersions(ctx, row._id);
  const { configuration } = versions[0]!;
  return {
    deployment: await present(ctx, row),
    configuration,
    history: versions.map(({ generation, _creationTime, createdBy, reason, changes }) => ({
      generation,
      at: iso(_creationTime),
      by: createdBy,
      changes,
      ...(reason === undefined ? {} : { reason }),
    })),
    access: accessTo(row, configuration),
  };
});

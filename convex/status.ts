import * as contracts from "@moorage/shared/contracts/status";
import { PAGE_ITEMS } from "@moorage/shared/limits";
import * as z from "zod";
import { authedMutation, authedQuery } from "./lib/functions.ts";
import * as alertsModel from "./model/alerts.ts";
import { fillPage, parseCursor } from "./model/pages.ts";

export const alerts = authedQuery(contracts.alerts, async (ctx, { all = false, limit = PAGE_ITEMS, cursor }) => {
  const { tenantId } = ctx.principal;
  const before = cursor === undefined ? Infinity : parseCursor(cursor, z.tuple([z.number()]))[0];
  const table = ctx.db.query("alerts");
  const rows = all
    ? table.withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).lt("_creationTime", before))
    : table.withIndex("by_tenant_acknowledgedAt", (q) =>
        q.eq("tenantId", tenantId).eq("acknowledgedAt", undefined).lt("_creationTime", before),
      );
  const { items, ...next } = await fillPage(rows.order("desc"), {
    limit,
    present: alertsModel.present,
    bytesOf: ({ message }) => message.length,
    placeOf: ({ _creationTime }) => [_creationTime],
  });
  return { alerts: items, ...next };
});

export const alertAck = authedMutation(contracts.alertAck, async (ctx, { id }) => ({
  alert: await alertsModel.acknowledge(ctx, id),
}));

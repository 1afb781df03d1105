import type { ResultOf } from "@moorage/shared/contract";
import * as contracts from "@moorage/shared/contracts/status";
import { AppError } from "@moorage/shared/errors";
import { PAGE_ITEMS } from "@moorage/shared/limits";
import * as z from "zod";
import { internal } from "./_generated/api.ts";
import { authedAction, authedMutation, authedQuery } from "./lib/functions.ts";
import { shownTo } from "./model/alertAudience.ts";
import * as alertsModel from "./model/alerts.ts";
import { labelOf, requireDeployment, requireInstance } from "./model/deploy/deployments.ts";
import { presentEvents } from "./model/deploy/events.ts";
import { findLogs, LOGS_FRESH_MS } from "./model/deploy/logs.ts";
import { openConnected } from "./model/deploy/offers.ts";
import { overview as overviewOf } from "./model/deploy/overview.ts";
import { present as presentOperation, requireOperation } from "./model/operations/present.ts";
import { fillPage, parseCursor } from "./model/pages.ts";
import { iso } from "./model/secrets/present.ts";
import { toldToChange } from "./model/server/instances.ts";

export const alerts = authedQuery(contracts.alerts, async (ctx, { all = false, limit = PAGE_ITEMS, cursor }) => {
  const { tenantId } = ctx.principal;
  const before = cursor === undefined ? Infinity : parseCursor(cursor, z.tuple([z.number()]))[0];
  const table = ctx.db.query("alerts");
  const rows = all
    ? table.withIndex("by_tenant", (q) => q.eq("tenantId", tenantId).lt("_creationTime", before))
    : table.withIndex("by_tenant_acknowledgedAt", (q) =>
        q.eq("tenantId", tenantId).eq("acknowledgedAt", undefined).lt("_creationTime", before),
      );
  const isShown = await shownTo(ctx);
  const { items, ...next } = await fillPage(rows.order("desc"), {
    limit,
    present: (row) => (isShown(row) ? alertsModel.present(row) : undefined),
    bytesOf: ({ message }) => message.length,
    placeOf: ({ _creationTime }) => [_creationTime],
  });
  return { alerts: items, ...next };
});

export const alertAck = authedMutation(contracts.alertAck, async (ctx, { id }) => ({
  alert: await alertsModel.acknowledge(ctx, id),
}));

export const overview = authedQuery(contracts.overview, overviewOf);

export const operation = authedQuery(contracts.operation, async (ctx, { operation: id }) => ({
  operation: presentOperation(await requireOperation(ctx, id)),
}));

export const check = authedAction(contracts.check, async (ctx, asked): Promise<ResultOf<typeof contracts.check>> => {
  const { provider, serverId } = await ctx.runQuery(internal.statusHalves.toCheck, asked);
  if (provider === "host") return ctx.runMutation(internal.statusHalves.checked, { ...asked, ...NOBODY });
  const found = serverId === undefined ? undefined : await (await openConnected(ctx, provider)).getServer(serverId);
  const server = found === undefined || !found.ok ? "unknown" : (found.server?.state ?? "gone");
  const problem = found === undefined || found.ok ? {} : { problem: found.message };
  return ctx.runMutation(internal.statusHalves.checked, { ...asked, server, ...problem });
});

/** Its adapter believes that it runs, so that a deployment can begin. */
const NOBODY = {
  server: "unknown" as const,
  problem: "Nobody can be asked about a machine of one's own: its health is what it reports.",
};

export const events = authedQuery(
  contracts.events,
  async (ctx, { deployment: named, since, limit = PAGE_ITEMS, cursor }) => {
    const { tenantId, agent } = ctx.principal;
    const asked = { named, since };
    const before = cursor === undefined ? Infinity : parseCursor(cursor, z.tuple([z.number()]), asked)[0];
    const after = since === undefined ? 0 : Date.parse(since);
    // A bound key sees its own agent's deployments alone.
    if (named === undefined && agent !== undefined)
      throw new AppError("invalid_input", "deployment: is required for a key that is bound to an agent");
    const row = named === undefined ? undefined : await requireDeployment(ctx, named);
    const table = ctx.db.query("events");
    const rows =
      row === undefined
        ? table.withIndex("by_tenant", (q) =>
            q.eq("tenantId", tenantId).gte("_creationTime", after).lt("_creationTime", before),
          )
        : table.withIndex("by_deployment", (q) =>
            q.eq("deploymentId", row._id).gte("_creationTime", after).lt("_creationTime", before),
          );
    const { items, ...next } = await fillPage(rows.order("desc"), {
      limit,
      present: (event) => event,
      bytesOf: ({ message }) => 200 + message.length,
      placeOf: ({ _creationTime }) => [_creationTime],
      asked,
    });
    return { events: await presentEvents(ctx, items), ...next };
  },
);

const NO_LOG = "Simulated: no agent runs there, so there is no log.";

export const logs = authedMutation(contracts.logs, async (ctx, { deployment: named }) => {
  const row = await requireDeployment(ctx, named);
  ctx.subjects.push(`deployment:${row.name}`);
  if (row.provider === "simulated") return { ...labelOf(row), status: "here" as const, lines: [NO_LOG] };
  const kept = await findLogs(ctx, row._id);
  const isFresh = kept !== null && kept.at > Date.now() - LOGS_FRESH_MS;
  const instance = await requireInstance(ctx, row._id);
  const answers = instance.keyId !== undefined && row.endedAt === undefined && row.status !== "stopped";
  if (!answers && kept === null)
    throw new AppError("wrong_state", `"${row.name}" is ${row.status}: there is nobody to ask for its log.`);
  const isAsked = answers && !isFresh;
  if (isAsked) await toldToChange(ctx, instance._id, { logsWantedAt: Date.now() });
  return {
    ...labelOf(row),
    status: isAsked ? ("asked" as const) : ("here" as const),
    lines: kept?.lines ?? [],
    ...(kept === null ? {} : { at: iso(kept.at) }),
  };
});

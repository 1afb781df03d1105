import { createApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import type { ResultOf } from "@moorage/shared/contract";
import * as contracts from "@moorage/shared/contracts/deploy";
import { DEFAULT_IMAGE } from "@moorage/shared/deployment";
import { AppError } from "@moorage/shared/errors";
import { PAGE_ITEMS } from "@moorage/shared/limits";
import * as z from "zod";
import { internal } from "./_generated/api.ts";
import type { Id } from "./_generated/dataModel.ts";
import { authedAction, authedMutation, authedQuery } from "./lib/functions.ts";
import { accessTo } from "./model/deploy/access.ts";
import { change } from "./model/deploy/change.ts";
import { choose } from "./model/deploy/choose.ts";
import { sealCredential } from "./model/deploy/connections.ts";
import * as control from "./model/deploy/control.ts";
import { create as createDeployment } from "./model/deploy/create.ts";
import { present, reportedBy, requireDeployment, requireInstance } from "./model/deploy/deployments.ts";
import { disconnect as forget } from "./model/deploy/disconnect.ts";
import { record } from "./model/deploy/events.ts";
import { withImage } from "./model/deploy/image.ts";
import { catalogOf, listProviders, presentOffers } from "./model/deploy/offers.ts";
import { publicUrl, requireReachable } from "./model/deploy/publicUrl.ts";
import { orUnheard } from "./model/deploy/unheard.ts";
import { newestVersions, requireEarlier, requireVersion } from "./model/deploy/versions.ts";
import { given } from "./model/given.ts";
import { happen } from "./model/operations/operations.ts";
import { present as presentOperation, requireOperation } from "./model/operations/present.ts";
import { fillPage, parseCursor } from "./model/pages.ts";
import { requireOwnAgent, requireUnbound } from "./model/principal.ts";
import { iso } from "./model/secrets/present.ts";
import { bootstrapCommand } from "./model/server/bootstrap.ts";
import { mintToken, TOKEN_MS } from "./model/server/enrolment.ts";

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
  return { deployments: (await Promise.all(items.map((row) => present(ctx, row)))).map(orUnheard), ...next };
});

export const get = authedQuery(contracts.get, async (ctx, { deployment: named }) => {
  const row = await requireDeployment(ctx, named);
  const versions = await newestVersions(ctx, row._id);
  const { configuration } = versions[0]!;
  const instance = await requireInstance(ctx, row._id);
  const reported = reportedBy(instance);
  return {
    deployment: orUnheard(await present(ctx, row)),
    configuration,
    history: versions.map(({ generation, _creationTime, createdBy, reason, changes }) => ({
      generation,
      at: iso(_creationTime),
      by: createdBy,
      changes,
      ...(reason === undefined ? {} : { reason }),
    })),
    access: accessTo(row, instance, configuration),
    ...(Object.keys(reported).length === 0 ? {} : { reported }),
  };
});

export const catalog = authedAction(
  contracts.catalog,
  async (ctx, { provider }): Promise<ResultOf<typeof contracts.catalog>> => {
    const providers = listProviders(await ctx.runQuery(internal.deployWrites.connected, {}));
    return provider === undefined
      ? { providers }
      : { providers, offers: presentOffers(await catalogOf(ctx, provider)) };
  },
);

/** Nothing is asked of a provider for a server that could never report in. */
export const plan = authedAction(contracts.plan, async (ctx, asked): Promise<ResultOf<typeof contracts.plan>> => {
  requireOwnAgent(ctx.principal, asked.agent);
  requireReachable(asked.provider);
  const offers = await catalogOf(ctx, asked.provider);
  const { pricedAt } = offers;
  return ctx.runMutation(internal.deployWrites.plan, { ...asked, ...choose(offers, asked), pricedAt });
});

export const create = authedMutation(contracts.create, (ctx, asked) =>
  createDeployment(ctx, { ...asked, path: contracts.create.path }),
);

export const update = authedMutation(contracts.update, (ctx, { deployment, reason, opId, ...chosen }) =>
  change(ctx, { deployment, reason, opId, path: contracts.update.path }, (before) => {
    const { model, tunnelSecret, ...rest } = { ...withImage(before, chosen.image), ...given(chosen) };
    const removable = given({ model: model ?? undefined, tunnelSecret: tunnelSecret ?? undefined });
    return { configuration: { ...rest, ...removable } };
  }),
);

export const rollback = authedMutation(contracts.rollback, (ctx, { generation, ...asked }) =>
  change(ctx, { ...asked, path: contracts.rollback.path }, async (_before, row) => {
    const version = await (generation === undefined ? requireEarlier(ctx, row) : requireVersion(ctx, row, generation));
    return { configuration: version.configuration, restores: version.generation };
  }),
);

const controlDeployment = authedMutation(contracts.control, (ctx, { action, ...asked }) => {
  const call = { ...asked, path: contracts.control.path };
  if (action !== "upgrade") return control.power(ctx, call, action);
  return change(ctx, call, (before) => ({ configuration: withImage(before, DEFAULT_IMAGE) }));
});

export { controlDeployment as control };

export const destroy = authedMutation(contracts.destroy, (ctx, asked) =>
  control.destroy(ctx, { ...asked, path: contracts.destroy.path }),
);

export const cancel = authedMutation(contracts.cancel, async (ctx, { operation: id, reason }) => {
  const row = await requireOperation(ctx, id);
  const deployment = (await ctx.db.get("deployments", row.deploymentId))!;
  ctx.subjects.push(`deployment:${deployment.name}`, `operation:${id}`);
  if (!(await happen(ctx, row._id, { type: "cancelled" })))
    throw new AppError(
      "wrong_state",
      row.state === "done" ? "This operation is over." : "What is being destroyed cannot be called off.",
      { hint: "status_operation says how it stands, and how it ended." },
    );
  if (reason !== undefined) await record(ctx, deployment, { kind: "reason", message: `cancel: ${reason}` });
  return { operation: presentOperation(await requireOperation(ctx, id)) };
});

export const hostCommand = authedAction(
  contracts.hostCommand,
  async (ctx, asked): Promise<ResultOf<typeof contracts.hostCommand>> => {
    const instanceId = await ctx.runQuery(internal.deployWrites.hostToEnrol, asked);
    requireReachable("host");
    const command = bootstrapCommand(publicUrl()!, await mintToken(ctx, instanceId as Id<"instances">));
    return { command, expiresAt: iso(Date.now() + TOKEN_MS) };
  },
);

export const connect = authedAction(
  contracts.connect,
  async (ctx, { provider }): Promise<ResultOf<typeof contracts.connect>> => {
    requireUnbound(ctx.principal);
    requireReachable(provider);
    const { keyId, secret, text } = createApiKey();
    const proofHash = await proofHashOf(await proofOf(secret));
    const answer = await ctx.runMutation(internal.deployWrites.connectPage, { provider, keyId, proofHash });
    return answer.status === "page" ? { ...answer, token: text } : answer;
  },
);

export const credential = authedAction(
  contracts.credential,
  async (ctx, typed): Promise<ResultOf<typeof contracts.credential>> => {
    requireReachable(typed.provider);
    return ctx.runMutation(internal.deployWrites.keepCredential, await sealCredential(ctx, typed));
  },
);

export const disconnect = authedMutation(contracts.disconnect, (ctx, { provider }) => forget(ctx, provider));

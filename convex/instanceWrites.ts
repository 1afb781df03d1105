/** The halves of the actions in instances.ts that have a database. */
import * as contracts from "@moorage/shared/contracts/instances";
import { v } from "convex/values";
import * as z from "zod";
import { internalMutation } from "./_generated/server.ts";
import { authedHalfQuery, authedInternalMutation } from "./lib/functions.ts";
import { requireTurn } from "./model/allowance.ts";
import * as halves from "./model/secrets/halves.ts";
import { resolve } from "./model/secrets/resolve.ts";
import * as uses from "./model/secrets/uses.ts";
import * as enrolment from "./model/server/enrolment.ts";
import { givenTo } from "./model/server/given.ts";
import { happened } from "./model/server/heard.ts";
import { deploymentOf, requireOwn, toldToChange, wantedVersion } from "./model/server/instances.ts";
import { pulled, tellServers } from "./model/server/rotation.ts";
import { storeLogs, told } from "./model/server/told.ts";
import { vLevel } from "./tables/secrets.ts";

/** Keeps the hash of a server's one-time token, before a provider is called with it. */
export const prepare = internalMutation({
  args: { instanceId: v.id("instances"), keyId: v.string(), proofHash: v.string() },
  returns: v.null(),
  handler: async (ctx, { instanceId, ...minted }) => {
    const instance = await ctx.db.get("instances", instanceId);
    if (instance !== null) await enrolment.prepare(ctx, instance, minted);
    return null;
  },
});

/** More servers than one transaction tells that a secret they load has changed. */
export const tellMore = internalMutation({
  args: {
    tenantId: v.id("tenants"),
    place: v.object({ name: v.string(), level: vLevel, agent: v.string() }),
    after: v.id("instances"),
  },
  returns: v.null(),
  handler: async (ctx, { tenantId, place, after }) => {
    await tellServers(ctx, tenantId, place, after);
    return null;
  },
});

export const redeem = authedInternalMutation(
  contracts.redeem,
  {
    args: contracts.redeem.args.extend({ keyId: z.string(), proofHash: z.string() }),
    result: z.strictObject({ instance: z.string() }),
    sensitive: ["claim"],
  },
  async (ctx, { keyId, proofHash, ...asked }) => {
    const instance = await enrolment.redeem(ctx, { keyId, proofHash }, asked);
    await happened(ctx, instance, {
      source: "moorage",
      severity: "info",
      kind: "enrolled",
      message: "The server has redeemed its token.",
      at: Date.now(),
    });
    return { instance: instance._id as string };
  },
);

const found = z.strictObject({ place: halves.place, secretId: z.string(), version: z.number(), bytes: z.number() });

export const toLoad = authedHalfQuery(
  contracts.secrets,
  {
    args: z.strictObject({}),
    result: z.strictObject({ found: z.array(found), missing: z.array(z.string()), secretsAt: z.number() }),
  },
  async (ctx) => {
    const instance = await requireOwn(ctx);
    const { agent } = await deploymentOf(ctx, instance);
    const { configuration } = await wantedVersion(ctx, instance);
    const { secrets, tunnelSecret } = configuration;
    const names = tunnelSecret === undefined ? secrets : [...secrets, tunnelSecret];
    const { rows, missing } = await resolve(ctx, { agent, names });
    const places = rows.map(({ _id, name, level, agent: own, version, bytes }) => ({
      place: { name, level, agent: own },
      secretId: _id as string,
      version,
      bytes,
    }));
    return { found: places, missing, secretsAt: instance.secretsAt ?? 0 };
  },
);

/** Every version that it was given and may still run with, as far as it is kept. */
export const given = authedHalfQuery(
  contracts.logs,
  { args: z.strictObject({}), result: z.array(found) },
  async (ctx) => givenTo(ctx, await requireOwn(ctx)),
);

export const keepLogs = authedInternalMutation(
  contracts.logs,
  { args: contracts.logs.args, result: contracts.logs.result },
  async (ctx, { lines, opId }) => {
    const instance = await requireOwn(ctx);
    return told(ctx, { path: contracts.logs.path, opId, turn: "logs" }, async () => {
      await storeLogs(ctx, instance, lines);
      await toldToChange(ctx, instance._id, { logsWantedAt: undefined });
    });
  },
);

export const recordLoad = authedInternalMutation(
  contracts.secrets,
  {
    args: z.strictObject({
      secrets: z.array(z.strictObject({ name: z.string(), secretId: z.string(), version: z.number() })),
      subjects: z.array(z.string()),
    }),
    result: z.null(),
  },
  async (ctx, { secrets, subjects }) => {
    const instance = await requireOwn(ctx);
    await requireTurn(ctx, "secrets");
    const { agent } = await deploymentOf(ctx, instance);
    const delivered = secrets.flatMap(({ secretId, ...rest }) => {
      const id = ctx.db.normalizeId("secrets", secretId);
      return id === null ? [] : [{ ...rest, secretId: id }];
    });
    for (const { secretId } of delivered) await uses.note(ctx, secretId, agent);
    await pulled(ctx, instance, agent, delivered);
    ctx.subjects.push(`deployment:${instance.deploymentId}`, ...subjects);
    return null;
  },
);

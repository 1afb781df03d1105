/** The writing halves of the actions in deploy.ts, and what goes with time. */
import * as contracts from "@moorage/shared/contracts/deploy";
import { DEFAULT_IMAGE } from "@moorage/shared/deployment";
import { AppError } from "@moorage/shared/errors";
import { v } from "convex/values";
import * as z from "zod";
import { internal } from "./_generated/api.ts";
import { internalMutation } from "./_generated/server.ts";
import { authedHalfQuery, authedInternalMutation } from "./lib/functions.ts";
import { requireApproval } from "./model/approvals.ts";
import { keepConnection, presentConnection } from "./model/deploy/connections.ts";
import { labelOf, requireDeployment, requireInstance } from "./model/deploy/deployments.ts";
import { createLines, PLAN_MS, requireFreeName } from "./model/deploy/plans.ts";
import { requireSecrets } from "./model/deploy/secrets.ts";
import { given } from "./model/given.ts";
import * as keys from "./model/keys/keys.ts";
import { requireScope } from "./model/principal.ts";
import * as halves from "./model/secrets/halves.ts";
import { agentOf } from "./model/secrets/place.ts";
import { iso } from "./model/secrets/present.ts";

const PAGE_MS = 10 * 60_000;
const PLANS = 500;

export const connected = authedHalfQuery(
  contracts.catalog,
  { args: z.strictObject({}), result: z.array(contracts.connection.shape.provider) },
  async (ctx) => {
    const { tenantId } = ctx.principal;
    const rows = await ctx.db
      .query("connections")
      .withIndex("by_tenant_provider", (q) => q.eq("tenantId", tenantId))
      .take(contracts.connection.shape.provider.options.length);
    return rows.map(({ provider }) => provider);
  },
);

/** The server that a machine of one's own is to become. */
export const hostToEnrol = authedHalfQuery(
  contracts.hostCommand,
  { args: contracts.hostCommand.args, result: z.string() },
  async (ctx, { deployment: named }) => {
    const row = await requireDeployment(ctx, named);
    if (row.provider !== "host" || row.status !== "creating")
      throw new AppError("wrong_state", `"${row.name}" does not wait for a machine of its owner's.`);
    return (await requireInstance(ctx, row._id))._id as string;
  },
);

export const plan = authedInternalMutation(
  contracts.plan,
  {
    args: contracts.plan.args.extend({
      region: z.string(),
      size: z.string(),
      monthly: z.number(),
      currency: z.string(),
      pricedAt: z.number(),
    }),
    result: contracts.plan.result,
  },
  async (ctx, { name, provider, region, size, profile = "production_hardened", secrets = [], pricedAt, ...asked }) => {
    const { tenantId, keyId } = ctx.principal;
    const { monthly, currency } = asked;
    const agent = agentOf(ctx.principal, asked.agent);
    await requireFreeName(ctx, name);
    await requireSecrets(ctx, secrets, agent);
    ctx.subjects.push(`deployment:${name}`);
    const configuration = { image: DEFAULT_IMAGE, secrets, urls: [], channels: [] };
    const price = { monthly, currency };
    const { sshKey } = asked;
    if (sshKey !== undefined && provider === "host")
      throw new AppError("invalid_input", "sshKey: a machine of one's own keeps its own accounts and keys");
    const spec = { name, provider, region, size, profile, agent, price, configuration, ...given({ sshKey }) };
    const expiresAt = Date.now() + PLAN_MS;
    const planId = await ctx.db.insert("plans", { tenantId, keyId, ...spec, expiresAt });
    return {
      planId,
      ...labelOf({ provider }),
      lines: createLines(spec),
      price,
      pricedAt: iso(pricedAt),
      expiresAt: iso(expiresAt),
    };
  },
);

/** The page's token, once a person has allowed that there be an account. */
export const connectPage = authedInternalMutation(
  contracts.connect,
  {
    args: contracts.connect.args.extend({ keyId: z.string(), proofHash: z.string() }),
    result: z.discriminatedUnion("status", [
      z.strictObject({ status: z.literal("page"), expiresAt: z.string() }),
      contracts.connect.result.options[1],
    ]),
  },
  async (ctx, { provider, ...minted }) => {
    requireScope(ctx.principal, "secrets:write");
    ctx.subjects.push(`provider:${provider}`);
    const lines = [
      `Connect an account at ${provider}.`,
      "Servers that are approved later are made there, and cost money. You type its token into a page or a terminal.",
    ];
    const wait = await requireApproval(ctx, { kind: "deploy_connect", lines });
    if (wait !== undefined) return wait;
    const expiresAt = Date.now() + PAGE_MS;
    await keys.insert(ctx, minted, {
      name: "credential page",
      scopes: ["page:secret"],
      expiresAt,
      purpose: { kind: "credentialPage", provider },
    });
    return { status: "page" as const, expiresAt: iso(expiresAt) };
  },
);

export const keepCredential = authedInternalMutation(
  contracts.credential,
  { args: halves.credential, result: contracts.credential.result, sensitive: ["sealed"] },
  async (ctx, credential) => ({ connection: presentConnection(await keepConnection(ctx, credential)) }),
);

/** Removes plans of long ago, a page at a time. */
export const expirePlans = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const old = await ctx.db
      .query("plans")
      .withIndex("by_expiresAt", (q) => q.lt("expiresAt", Date.now() - PLAN_MS))
      .take(PLANS);
    for (const { _id } of old) await ctx.db.delete("plans", _id);
    if (old.length === PLANS) await ctx.scheduler.runAfter(0, internal.deployWrites.expirePlans, {});
    return null;
  },
});

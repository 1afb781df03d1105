/** From a deployment to what its server starts with, in an action: with a one-time token of its own each time. */
import { internal } from "../../_generated/api.ts";
import type { Id } from "../../_generated/dataModel.ts";
import type { ActionCtx } from "../../_generated/server.ts";
import { bootstrapCommand } from "./bootstrap.ts";
import { cloudInit } from "./cloudInit.ts";
import { mintToken } from "./enrolment.ts";
import type { ServerSpec } from "./spec.ts";

type Wanted = ServerSpec & { instanceId: Id<"instances"> };

/** User data for a provider, for this one call: it is kept nowhere. `url` is where the server reaches Moorage. */
export async function userDataFor(ctx: ActionCtx, deploymentId: Id<"deployments">, url: string): Promise<string> {
  const { instanceId, ...spec } = await wanted(ctx, deploymentId, url);
  return cloudInit(spec, await mintToken(ctx, instanceId));
}

/** What its owner runs on a machine that is there already. */
export async function commandFor(ctx: ActionCtx, deploymentId: Id<"deployments">, url: string): Promise<string> {
  const { instanceId } = await wanted(ctx, deploymentId, url);
  return bootstrapCommand(url, await mintToken(ctx, instanceId));
}

async function wanted(ctx: ActionCtx, deploymentId: Id<"deployments">, url: string): Promise<Wanted> {
  const spec: Omit<Wanted, "url" | "sshKeys"> = await ctx.runQuery(internal.instanceWrites.specOf, { deploymentId });
  return { ...spec, url, sshKeys: [] };
}

/** Plans: what would be made, for what price, until somebody says yes. */
import { APPROVAL_MS } from "@moorage/shared/approval";
import type { Profile } from "@moorage/shared/deployment";
import { AppError } from "@moorage/shared/errors";
import type { Doc } from "../../_generated/dataModel.ts";
import type { AuthedMutationCtx, AuthedQueryCtx } from "../../lib/functions.ts";
import { findNamed } from "./deployments.ts";

export type PlanRow = Doc<"plans">;

/** A plan and its approval end together. */
export const PLAN_MS = APPROVAL_MS;

export async function requirePlan(ctx: AuthedMutationCtx, id: string): Promise<PlanRow> {
  const planId = ctx.db.normalizeId("plans", id);
  const plan = planId === null ? null : await ctx.db.get("plans", planId);
  const { tenantId, keyId } = ctx.principal;
  if (plan === null || plan.tenantId !== tenantId || plan.keyId !== keyId)
    throw new AppError("not_found", "There is no plan with this id.", {
      hint: "deploy_plan makes one, for its own key alone.",
    });
  if (plan.usedBy !== undefined || plan.expiresAt <= Date.now()) throw new AppError("plan_over");
  return plan;
}

export async function requireFreeName(ctx: AuthedQueryCtx | AuthedMutationCtx, name: string): Promise<void> {
  if ((await findNamed(ctx, ctx.principal.tenantId, name)) !== null)
    throw new AppError("invalid_input", `name: there is a deployment "${name}" already`, {
      hint: "Choose another name; deploy_list shows which are taken.",
    });
}

const UPKEEP = "Docker is installed there, and updates by themselves, which may restart it at 04:30.";
/** What changes for whatever else runs there. */
const OWN_MACHINE: Record<Profile, readonly string[]> = {
  standard: [UPKEEP],
  production_hardened: [UPKEEP, "Its firewall (UFW) then lets nobody in but by SSH, whatever else it serves."],
};

/** What a person is asked to allow. */
export function createLines({
  name,
  provider,
  region,
  size,
  profile,
  price,
  agent,
  configuration,
  sshKey,
}: Spec): string[] {
  const { image, secrets } = configuration;
  return [
    ...(provider === "host"
      ? [`Make a machine of yours the server "${name}", with profile ${profile}.`, ...OWN_MACHINE[profile]]
      : [
          provider === "simulated"
            ? `Simulate a server "${name}": none is made, and nothing costs anything.`
            : `Create a server "${name}" at ${provider}.`,
          `Size ${size} in ${region}, profile ${profile}.`,
        ]),
    ...(price === undefined || price.monthly === 0
      ? []
      : [`About ${price.monthly.toFixed(2)} ${price.currency} a month, without tax.`]),
    `The agent "${agent}" runs ${image}.`,
    ...(secrets.length === 0 ? ["It gets no secret."] : secrets.map((secret) => `It gets the secret ${secret}.`)),
    ...(sshKey === undefined ? [] : [`Whoever holds this key may log in as its administrator: ${sshKey}`]),
  ];
}

type Spec = Omit<PlanRow, "_id" | "_creationTime" | "tenantId" | "keyId" | "expiresAt" | "usedBy">;

/** What each job does. It answers with one sentence for its record, and throws when it could not be done. */
import type { JobName } from "@moorage/shared/jobs";
import { internal } from "../../_generated/api.ts";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { ActionCtx } from "../../_generated/server.ts";
import { checkIntegrations } from "./integrations.ts";
import { sweepOrphans } from "./orphans.ts";
import { applyPolicies } from "./policies.ts";
import { checkProviders } from "./providers.ts";

type Work = (ctx: ActionCtx, tenantId: Id<"tenants">, run: Pick<Doc<"jobRuns">, "missed">) => Promise<string>;

export const WORK: Record<JobName, Work> = {
  stale_servers: (ctx, tenantId, { missed }) => ctx.runMutation(internal.jobWork.staleServers, { tenantId, missed }),
  provider_health: checkProviders,
  orphan_sweep: sweepOrphans,
  integration_checks: checkIntegrations,
  secret_rotation: (ctx, tenantId) => ctx.runMutation(internal.jobWork.secretRotation, { tenantId }),
  retention: applyPolicies,
  daily_summary: (ctx, tenantId) => ctx.runMutation(internal.jobWork.summarise, { tenantId }),
};

/** The functions as a host other than Convex loads them. Convex's CLI skips a file with two dots in its name. */
import limiterSchema from "./node_modules/@convex-dev/rate-limiter/dist/component/schema.js";

export { authConfigFor } from "./lib/authConfig.ts";
export { default as schema } from "./schema.ts";

export const modules = {
  "./approvals.ts": () => import("./approvals.ts"),
  "./audit.ts": () => import("./audit.ts"),
  "./completions.ts": () => import("./completions.ts"),
  "./connections.ts": () => import("./connections.ts"),
  "./crons.ts": () => import("./crons.ts"),
  "./deploy.ts": () => import("./deploy.ts"),
  "./deployWrites.ts": () => import("./deployWrites.ts"),
  "./embeddings.ts": () => import("./embeddings.ts"),
  "./health.ts": () => import("./health.ts"),
  "./instances.ts": () => import("./instances.ts"),
  "./instanceWrites.ts": () => import("./instanceWrites.ts"),
  "./jobs.ts": () => import("./jobs.ts"),
  "./jobWork.ts": () => import("./jobWork.ts"),
  "./keys.ts": () => import("./keys.ts"),
  "./memory.ts": () => import("./memory.ts"),
  "./operations.ts": () => import("./operations.ts"),
  "./pages.ts": () => import("./pages.ts"),
  "./presence.ts": () => import("./presence.ts"),
  "./receipts.ts": () => import("./receipts.ts"),
  "./secretReads.ts": () => import("./secretReads.ts"),
  "./secrets.ts": () => import("./secrets.ts"),
  "./secretWrites.ts": () => import("./secretWrites.ts"),
  "./simulated.ts": () => import("./simulated.ts"),
  "./status.ts": () => import("./status.ts"),
  "./statusHalves.ts": () => import("./statusHalves.ts"),
  "./tenants.ts": () => import("./tenants.ts"),
  "./transfer.ts": () => import("./transfer.ts"),
  "./vault.ts": () => import("./vault.ts"),
  "./webhook.ts": () => import("./webhook.ts"),
};

type Modules = Record<string, () => Promise<object>>;

/** The components of convex.config.ts. Of its package's parts only those that Convex finds are exported, so by path. */
export const components: Record<string, { schema: typeof limiterSchema; modules: Modules }> = {
  rateLimiter: {
    schema: limiterSchema,
    modules: { "./lib.ts": () => import("./node_modules/@convex-dev/rate-limiter/dist/component/lib.js") },
  },
};

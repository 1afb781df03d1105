/** The functions as a host other than Convex loads them. Convex's CLI skips a file with two dots in its name. */
export { authConfigFor } from "./lib/authConfig.ts";
export { default as schema } from "./schema.ts";

export const modules = {
  "./approvals.ts": () => import("./approvals.ts"),
  "./audit.ts": () => import("./audit.ts"),
  "./completions.ts": () => import("./completions.ts"),
  "./crons.ts": () => import("./crons.ts"),
  "./deploy.ts": () => import("./deploy.ts"),
  "./health.ts": () => import("./health.ts"),
  "./instances.ts": () => import("./instances.ts"),
  "./instanceWrites.ts": () => import("./instanceWrites.ts"),
  "./keys.ts": () => import("./keys.ts"),
  "./memory.ts": () => import("./memory.ts"),
  "./pages.ts": () => import("./pages.ts"),
  "./presence.ts": () => import("./presence.ts"),
  "./receipts.ts": () => import("./receipts.ts"),
  "./retention.ts": () => import("./retention.ts"),
  "./secretReads.ts": () => import("./secretReads.ts"),
  "./secrets.ts": () => import("./secrets.ts"),
  "./secretWrites.ts": () => import("./secretWrites.ts"),
  "./simulated.ts": () => import("./simulated.ts"),
  "./status.ts": () => import("./status.ts"),
  "./tenants.ts": () => import("./tenants.ts"),
  "./transfer.ts": () => import("./transfer.ts"),
  "./vault.ts": () => import("./vault.ts"),
  "./webhook.ts": () => import("./webhook.ts"),
};

/** The functions as a host other than Convex loads them. Convex's CLI skips a file with two dots in its name. */
export { authConfigFor } from "./lib/authConfig.ts";
export { default as schema } from "./schema.ts";

export const modules = {
  "./audit.ts": () => import("./audit.ts"),
  "./crons.ts": () => import("./crons.ts"),
  "./keys.ts": () => import("./keys.ts"),
  "./memory.ts": () => import("./memory.ts"),
  "./receipts.ts": () => import("./receipts.ts"),
  "./status.ts": () => import("./status.ts"),
  "./tenants.ts": () => import("./tenants.ts"),
};

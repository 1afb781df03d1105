/** The adapter of `simulated`: nothing leaves the database. */
import { internal } from "../../_generated/api.ts";
import type { Id } from "../../_generated/dataModel.ts";
import type { ActionCtx } from "../../_generated/server.ts";
import { simulatedCatalog } from "./simulatedCatalog.ts";
import type { Provider } from "./types.ts";

export function simulated(ctx: Pick<ActionCtx, "runQuery" | "runMutation">, tenantId: Id<"tenants">): Provider {
  return {
    catalog: async () => ({ ok: true, catalog: simulatedCatalog() }),
    verifyCredential: async () => ({ ok: true, account: "simulated" }),
    createServer: async ({ userData: _, ...request }) => {
      const outcome = await ctx.runMutation(internal.simulated.create, { tenantId, ...request });
      return outcome.ok ? { ...outcome, pending: [] } : outcome;
    },
    getServer: async (id) => ({
      ok: true,
      server: await ctx.runQuery(internal.simulated.get, { tenantId, id, now: Date.now() }),
    }),
    findByLabel: async ({ attempt }) => ({
      ok: true,
      servers: await ctx.runQuery(internal.simulated.findByAttempt, { tenantId, attempt, now: Date.now() }),
    }),
    progress: async (id) => ({
      ok: true,
      state: await ctx.runQuery(internal.simulated.progress, { tenantId, id, now: Date.now() }),
    }),
    power: async (id, change) => {
      const outcome = await ctx.runMutation(internal.simulated.power, { tenantId, id, change });
      return outcome.ok ? { ok: true, pending: [] } : outcome;
    },
    destroy: (id) => ctx.runMutation(internal.simulated.destroy, { tenantId, id }),
    list: async () => ({
      ok: true,
      servers: await ctx.runQuery(internal.simulated.list, { tenantId, now: Date.now() }),
    }),
  };
}

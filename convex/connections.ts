/** What actions that call a provider read and write of its connection. */
import { CLOUDS } from "@moorage/shared/deployment";
import { v } from "convex/values";
import { literals } from "convex-helpers/validators";
import { internalQuery } from "./_generated/server.ts";
import { findConnection } from "./model/deploy/connections.ts";
import { vSealed } from "./tables/secrets.ts";

export const sealed = internalQuery({
  args: { tenantId: v.id("tenants"), provider: literals(...CLOUDS) },
  returns: v.union(v.null(), v.object({ version: v.number(), sealed: vSealed })),
  handler: async (ctx, { tenantId, provider }) => {
    const row = await findConnection(ctx, tenantId, provider);
    return row === null ? null : { version: row.version, sealed: row.sealed };
  },
});

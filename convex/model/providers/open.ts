import type { Provider as ProviderName } from "@moorage/shared/deployment";
import type { Id } from "../../_generated/dataModel.ts";
import type { ActionCtx } from "../../_generated/server.ts";
import { digitalocean } from "./digitalocean.ts";
import { hetzner } from "./hetzner.ts";
import { host } from "./host.ts";
import { simulated } from "./simulated.ts";
import type { Provider } from "./types.ts";

/** The adapter for one tenant. `credential` is the provider's token, empty for those that have none. */
export function openProvider(
  ctx: Pick<ActionCtx, "runQuery" | "runMutation">,
  { name, tenantId, credential }: { name: ProviderName; tenantId: Id<"tenants">; credential: string },
): Provider {
  switch (name) {
    case "hetzner":
      return hetzner({ credential, fetch });
    case "digitalocean":
      return digitalocean({ credential, fetch });
    case "host":
      return host();
    case "simulated":
      return simulated(ctx, tenantId);
  }
}

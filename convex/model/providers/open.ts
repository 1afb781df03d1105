import type { Provider as ProviderName } from "@moorage/shared/deployment";
import type { Id } from "../../_generated/dataModel.ts";
import type { ActionCtx } from "../../_generated/server.ts";
import { digitalocean } from "./digitalocean.ts";
import { hetzner } from "./hetzner.ts";
import { host } from "./host.ts";
import { simulated } from "./simulated.ts";
import type { Provider } from "./types.ts";

interface Opening {
  name: ProviderName;
  tenantId: Id<"tenants">;
  /** The provider's token, empty for those that have none. */
  credential: string;
  /** No call begins after it, in milliseconds since 1970. */
  until?: number;
}

/** The adapter for one tenant. */
export function openProvider(
  ctx: Pick<ActionCtx, "runQuery" | "runMutation">,
  { name, tenantId, credential, until = Infinity }: Opening,
): Provider {
  const access = { credential, fetch: fetchUntil(until) };
  switch (name) {
    case "hetzner":
      return hetzner(access);
    case "digitalocean":
      return digitalocean(access);
    case "host":
      return host();
    case "simulated":
      return simulated(ctx, tenantId);
  }
}

/** A process that slept must not go on where another has taken over. */
const fetchUntil =
  (until: number): typeof fetch =>
  async (...call) => {
    if (Date.now() > until) throw new Error("It is too late to call the provider.");
    return fetch(...call);
  };

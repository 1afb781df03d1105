/** What a provider offers, asked of it now. */

import type { ResultOf } from "@moorage/shared/contract";
import type { catalog as contract } from "@moorage/shared/contracts/deploy";
import { isCloud, PROVIDERS, type Provider } from "@moorage/shared/deployment";
import { AppError } from "@moorage/shared/errors";
import type { AuthedActionCtx } from "../../lib/functions.ts";
import { openProvider } from "../providers/open.ts";
import type { Provider as Adapter, Catalog, Failure } from "../providers/types.ts";
import { iso } from "../secrets/present.ts";
import { credentialFor } from "./connections.ts";
import { labelOf } from "./deployments.ts";
import { urlFor } from "./publicUrl.ts";

type Listed = ResultOf<typeof contract>;

/** The adapter of a provider that is connected. */
export async function openConnected(ctx: AuthedActionCtx, name: Provider): Promise<Adapter> {
  const { tenantId } = ctx.principal;
  const credential = await credentialFor(ctx, { tenantId, provider: name });
  if (credential === undefined) throw new AppError("not_connected", `There is no account at ${name} yet.`);
  return openProvider(ctx, { name, tenantId, credential });
}

export async function catalogOf(ctx: AuthedActionCtx, name: Provider): Promise<Catalog> {
  const answer = await (await openConnected(ctx, name)).catalog();
  if (!answer.ok) throw failed(answer);
  return answer.catalog;
}

export const failed = ({ message }: Failure): AppError => new AppError("provider_failed", message);

/** What still has to be done before a server can be made there. */
export const listProviders = (connected: readonly Provider[]): Listed["providers"] =>
  PROVIDERS.map((provider) => ({
    provider,
    ...labelOf({ provider }),
    needs:
      provider !== "simulated" && urlFor(provider) === undefined
        ? "public_url"
        : isCloud(provider) && !connected.includes(provider)
          ? "connection"
          : "nothing",
  }));

export const presentOffers = ({ regions, sizes, pricedAt }: Catalog): NonNullable<Listed["offers"]> => ({
  regions: regions.map(({ id, name }) => ({ id, name })),
  sizes: sizes
    .filter(({ offers }) => offers.length > 0)
    .map(({ id, cpus, memoryMb, diskGb, offers }) => {
      const [cheapest] = offers.map(({ price }) => price).sort((a, b) => a.monthly - b.monthly);
      const { monthly, currency } = cheapest!;
      return { id, cpus, memoryMb, diskGb, monthly, currency, regions: offers.map(({ region }) => region) };
    })
    .sort((a, b) => a.monthly - b.monthly),
  pricedAt: iso(pricedAt),
});

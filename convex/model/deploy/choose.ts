/** Which of a provider's offers a plan takes. */
import { AppError } from "@moorage/shared/errors";
import type { Catalog } from "../providers/types.ts";

/** What OpenClaw's gateway needs beside the system: see the sizes in its documentation. */
const ENOUGH_MB = 2_048;

export interface Choice {
  region: string;
  size: string;
  monthly: number;
  currency: string;
}

/** What was named, and of the rest the cheapest that is enough. */
export function choose(
  catalog: Catalog,
  { region, size }: { region?: string | undefined; size?: string | undefined },
): Choice {
  if (region !== undefined && !catalog.regions.some(({ id }) => id === region))
    throw unknown(
      "region",
      region,
      catalog.regions.map(({ id }) => id),
    );
  if (size !== undefined && !catalog.sizes.some(({ id }) => id === size))
    throw unknown(
      "size",
      size,
      catalog.sizes.map(({ id }) => id),
    );
  const first = region ?? catalog.regions[0]?.id;
  const choices = catalog.sizes
    .filter(({ id, memoryMb }) => (size === undefined ? memoryMb === 0 || memoryMb >= ENOUGH_MB : id === size))
    .flatMap(({ id, offers }) =>
      offers
        .filter((offer) => region === undefined || offer.region === region)
        .map(({ region: at, price }) => ({ region: at, size: id, monthly: price.monthly, currency: price.currency })),
    )
    .sort((a, b) => a.monthly - b.monthly || Number(b.region === first) - Number(a.region === first));
  if (choices[0] === undefined)
    throw new AppError("invalid_input", "size: is not offered there at the moment", {
      hint: "deploy_catalog shows which sizes each region has now.",
    });
  return choices[0];
}

function unknown(field: string, given: string, known: readonly string[]): AppError {
  return new AppError("invalid_input", `${field}: there is no "${given}"; there are ${known.slice(0, 40).join(", ")}`);
}

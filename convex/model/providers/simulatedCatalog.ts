/** What `simulated` offers: every size in every scenario, for nothing. */
import { SCENARIOS } from "./scenarios.ts";
import type { Catalog, Size } from "./types.ts";

export const SIZES: readonly Omit<Size, "offers">[] = [
  { id: "small", cpus: 2, memoryMb: 4_096, diskGb: 40 },
  { id: "large", cpus: 8, memoryMb: 16_384, diskGb: 160 },
];

const FREE = { monthly: 0, hourly: 0, currency: "USD" };

export function simulatedCatalog(): Catalog {
  const regions = Object.entries(SCENARIOS).map(([id, { title }]) => ({ id, name: `Simulated: ${title}` }));
  const offers = regions.map(({ id }) => ({ region: id, price: FREE }));
  return { regions, sizes: SIZES.map((size) => ({ ...size, offers })), pricedAt: Date.now() };
}

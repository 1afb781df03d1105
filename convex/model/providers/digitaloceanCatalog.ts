/** What DigitalOcean offers and takes for it; and, of a create that was refused, which of it cannot be had. */
import type * as z from "zod";
import * as wire from "./digitaloceanApi.ts";
import type { Api } from "./http.ts";
import type { Catalog, Failure, Outcome, ServerRequest, Size } from "./types.ts";

const PER_PAGE = 200;

export async function digitaloceanCatalog(api: Api): Promise<Outcome<{ catalog: Catalog }>> {
  const regions = await api.call({ path: "/v2/regions", query: { per_page: PER_PAGE }, form: wire.regions });
  if (!regions.ok) return regions;
  const sizes = await api.call({ path: "/v2/sizes", query: { per_page: PER_PAGE }, form: wire.sizes });
  if (!sizes.ok) return sizes;
  const open = regions.data.regions.filter(({ available }) => available);
  const slugs = new Set(open.map(({ slug }) => slug));
  return {
    ok: true,
    catalog: {
      regions: open.map(({ slug, name }) => ({ id: slug, name })),
      sizes: sizes.data.sizes.map((size) => sizeOf(size, slugs)).filter(({ offers }) => offers.length > 0),
      pricedAt: Date.now(),
    },
  };
}

type WireSize = z.infer<typeof wire.sizes>["sizes"][number];

function sizeOf(size: WireSize, open: ReadonlySet<string>): Size {
  const { slug, vcpus, memory, disk, price_monthly: monthly, price_hourly: hourly, regions, available } = size;
  const price = { monthly: round(monthly), hourly: round(hourly), currency: "USD" };
  const offered = available ? regions.filter((region) => open.has(region)) : [];
  return {
    id: slug,
    cpus: vcpus,
    memoryMb: memory,
    diskGb: disk,
    offers: offered.map((region) => ({ region, price })),
  };
}

/** They come as binary fractions. */
const round = (amount: number): number => Number(amount.toFixed(4));

/** DigitalOcean says why only in prose: the account and the catalog say it in data. */
export async function whyRefused(api: Api, { region, size }: ServerRequest, refused: Failure): Promise<Failure> {
  const [asked, present] = await Promise.all([
    api.call({ path: "/v2/account", form: wire.account }),
    api.call({ path: "/v2/droplets", query: { per_page: 1 }, form: wire.droplets }),
  ]);
  if (asked.ok && asked.data.account.status === "locked") {
    return { ok: false, class: "auth", message: "The DigitalOcean account is locked." };
  }
  const limit = asked.ok ? asked.data.account.droplet_limit : undefined;
  if (limit !== undefined && present.ok && present.data.meta.total >= limit) {
    return { ok: false, class: "quota", message: `The DigitalOcean account's limit of ${limit} droplets is reached.` };
  }
  const offered = await digitaloceanCatalog(api);
  if (!offered.ok) return refused;
  const isOffered = offered.catalog.sizes.some(
    ({ id, offers }) => id === size && offers.some((offer) => offer.region === region),
  );
  if (isOffered) return refused;
  return { ok: false, class: "unavailable", message: "DigitalOcean does not offer this size in this region now." };
}

/** What Hetzner offers and takes for it, by the account's own price list. */
import type * as z from "zod";
import type { ServerType } from "./hetznerApi.ts";
import * as wire from "./hetznerApi.ts";
import { type Api, allPages } from "./http.ts";
import type { Catalog, Outcome, Price, Size } from "./types.ts";

type Pricing = z.infer<typeof wire.pricing>["pricing"];

export async function hetznerCatalog(api: Api): Promise<Outcome<{ catalog: Catalog }>> {
  const locations = await api.call({ path: "/locations", query: { per_page: 50 }, form: wire.locations });
  if (!locations.ok) return locations;
  const prices = await api.call({ path: "/pricing", form: wire.pricing });
  if (!prices.ok) return prices;
  const types = await allPages(
    api,
    { path: "/server_types", query: { per_page: 50 }, form: wire.serverTypes },
    { itemsOf: (page) => page.server_types, hasNext: wire.hasNext },
  );
  if (!types.ok) return types;
  const regions = locations.data.locations.map(({ name, city, country }) => ({ id: name, name: city, country }));
  const sizes = types.items.map((type) => sizeOf(type, prices.data.pricing)).filter(({ offers }) => offers.length > 0);
  return { ok: true, catalog: { regions, sizes, pricedAt: Date.now() } };
}

/** Not offered where it is sold out or about to end. */
function sizeOf({ name, cores, memory, disk, prices, locations }: ServerType, pricing: Pricing): Size {
  const orderable = locations.filter(({ available = true, deprecation }) => available && deprecation === null);
  const offers = orderable.flatMap((location) => {
    const own = prices.find((one) => one.location === location.name);
    return own === undefined ? [] : [{ region: location.name, price: withAddress(own, pricing) }];
  });
  return { id: name, cpus: cores, memoryMb: memory * 1024, diskGb: disk, offers };
}

/** A server's IPv4 address is priced by itself. */
function withAddress(own: ServerType["prices"][number], { currency, primary_ips: addresses }: Pricing): Price {
  const ipv4 = addresses.find(({ type }) => type === "ipv4");
  const address = ipv4?.prices.find(({ location }) => location === own.location);
  return {
    monthly: sum(own.price_monthly.net, address?.price_monthly.net),
    hourly: sum(own.price_hourly.net, address?.price_hourly.net),
    currency,
  };
}

/** Decimal strings, to a hundredth of a cent. */
const sum = (...amounts: (string | undefined)[]): number =>
  Number(amounts.reduce((total, amount = "0") => total + Number(amount), 0).toFixed(4));

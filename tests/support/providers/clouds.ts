/** The two clouds side by side: an adapter, its double, and how each says the same thing. */
import { digitalocean } from "@moorage/convex/model/providers/digitalocean";
import { hetzner } from "@moorage/convex/model/providers/hetzner";
import type { Provider } from "@moorage/convex/model/providers/types";
import { DIGITALOCEAN_TOKEN, digitaloceanRefusal, openDigitalOcean } from "./digitalocean.ts";
import type { ProviderDouble, Reply } from "./double.ts";
import { HETZNER_TOKEN, hetznerRefusal, openHetzner } from "./hetzner.ts";

interface Upstream extends ProviderDouble {
  readonly servers: Map<number, unknown>;
  readonly keys: string[];
  readonly pace: { polls: number; ends: "success" | "error" };
}

export interface Cloud {
  name: "hetzner" | "digitalocean";
  open(): Upstream;
  adapter(upstream: Upstream, credential?: string): Provider;
  place: { region: string; size: string };
  /** A place that is on the price list, and cannot be had. */
  soldOut: { region: string; size: string };
  /** Operations, by what they do. */
  operations: { create: string; look: string; destroy: string; listKeys: string };
  tooMany: Reply;
  down: Reply;
}

export const CLOUDS: Cloud[] = [
  {
    name: "hetzner",
    open: openHetzner,
    adapter: ({ fetch }, credential = HETZNER_TOKEN) => hetzner({ credential, fetch }),
    place: { region: "fsn1", size: "cx23" },
    soldOut: { region: "hel1", size: "cx23" },
    operations: { create: "create_server", look: "list_servers", destroy: "delete_server", listKeys: "list_ssh_keys" },
    tooMany: hetznerRefusal(429, "rate_limit_exceeded"),
    down: hetznerRefusal(503, "service_error"),
  },
  {
    name: "digitalocean",
    open: openDigitalOcean,
    adapter: ({ fetch }, credential = DIGITALOCEAN_TOKEN) => digitalocean({ credential, fetch }),
    place: { region: "fra1", size: "s-2vcpu-4gb" },
    soldOut: { region: "fra1", size: "s-8vcpu-16gb" },
    operations: {
      create: "droplets_create",
      look: "droplets_list",
      destroy: "droplets_destroy",
      listKeys: "sshKeys_list",
    },
    tooMany: digitaloceanRefusal(429, "too_many_requests"),
    down: digitaloceanRefusal(500, "server_error"),
  },
];

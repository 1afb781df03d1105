/** DigitalOcean as far as the adapter uses it: names that repeat, tags that come a moment later, actions without a reason. */
import type { Context } from "openapi-backend";
import { ProviderDouble, type Reply } from "./double.ts";
import { readSpec } from "./specs.ts";

interface Machine {
  id: number;
  name: string;
  status: "new" | "active" | "off";
  /** An action is pending, during which no other begins. */
  locked: boolean;
  tags: string[];
  /** How many looks at the account pass before its tags are there. */
  untagged: number;
}

interface Action {
  id: number;
  type: string;
  status: "in-progress" | "completed" | "errored";
  polls: number;
  droplet: number;
}

export interface DigitalOceanDouble extends ProviderDouble {
  readonly servers: Map<number, Machine>;
  readonly keys: string[];
  readonly pace: { polls: number; ends: "success" | "error" };
  readonly account: { droplet_limit: number; status: "active" | "locked" };
  /** Looks that pass before a new droplet has its tags. */
  readonly tagging: { looks: number };
}

export const DIGITALOCEAN_TOKEN = "digitalocean-token-of-the-tests";

const HEADERS = { "ratelimit-limit": "5000", "ratelimit-remaining": "4999", "ratelimit-reset": "1780000000" };

export const digitaloceanRefusal = (status: number, id: string): Reply => ({
  status,
  headers: HEADERS,
  body: { id, message: `upstream says ${id}` },
});

const NOT_FOUND = digitaloceanRefusal(404, "not_found");

const SIZE = {
  slug: "s-2vcpu-4gb",
  memory: 4096,
  vcpus: 2,
  disk: 80,
  transfer: 4,
  price_monthly: 24,
  price_hourly: 0.03571000099182129,
  regions: ["fra1", "nyc3"],
  available: true,
  description: "Basic",
};
const region = (slug: string, name: string, available: boolean) => ({
  slug,
  name,
  available,
  features: ["ipv6"],
  sizes: [SIZE.slug],
});
/** One whose region is closed, and one that is sold out everywhere. */
const REGIONS = [region("fra1", "Frankfurt 1", true), region("nyc3", "New York 3", false)];
const SIZES = [SIZE, { ...SIZE, slug: "s-8vcpu-16gb", available: false }];

export function openDigitalOcean(): DigitalOceanDouble {
  const definition = readSpec("digitalocean");
  // biome-ignore lint/suspicious/noExplicitAny: a description's examples have the forms of the whole API
  const template = (definition.components as any).examples.droplet_create_response.value.droplet;
  const servers = new Map<number, Machine>();
  const actions = new Map<number, Action>();
  const keys = ["laptop"];
  const pace: DigitalOceanDouble["pace"] = { polls: 1, ends: "success" };
  const account: DigitalOceanDouble["account"] = { droplet_limit: 25, status: "active" };
  const tagging = { looks: 0 };
  let nextId = 1000;

  const begin = (type: string, droplet: number): Action => {
    const action: Action = { id: nextId++, type, status: "in-progress", polls: pace.polls, droplet };
    actions.set(action.id, action);
    return action;
  };
  const show = ({ id, type, status, droplet }: Action) => ({
    id,
    type,
    status,
    started_at: "2026-06-01T00:00:00Z",
    completed_at: status === "in-progress" ? null : "2026-06-01T00:01:00Z",
    resource_id: droplet,
    resource_type: "droplet",
    region_slug: "fra1",
  });
  const asked = (action: Action) => {
    if (action.status === "in-progress" && action.polls-- <= 0) {
      action.status = pace.ends === "success" ? "completed" : "errored";
      const machine = servers.get(action.droplet);
      if (machine !== undefined && action.type === "create" && pace.ends === "success") machine.status = "active";
    }
    return show(action);
  };
  const address = { ip_address: "203.0.113.9", netmask: "255.255.255.0", gateway: "203.0.113.1", type: "public" };
  const present = ({ id, name, status, locked, tags, untagged }: Machine) => ({
    ...template,
    id,
    name,
    status,
    locked,
    created_at: new Date().toISOString(),
    tags: untagged > 0 ? [] : tags,
    networks: { v4: status === "new" ? [] : [address], v6: [] },
  });
  const answer = (status: number, body?: unknown): Reply => ({
    status,
    headers: HEADERS,
    ...(body === undefined ? {} : { body }),
  });
  const paged = (name: string, items: object[]) =>
    answer(200, { [name]: items, links: {}, meta: { total: items.length } });
  const machineOf = ({ request }: Context) => servers.get(Number(request.params["droplet_id"]));

  const double = new ProviderDouble({
    definition,
    base: "https://api.digitalocean.com",
    token: DIGITALOCEAN_TOKEN,
    invalid: digitaloceanRefusal(422, "unprocessable_entity"),
    unauthorized: digitaloceanRefusal(401, "unauthorized"),
    handlers: {
      account_get: () =>
        answer(200, {
          account: {
            ...account,
            floating_ip_limit: 5,
            email: "sammy@example.com",
            uuid: "b6fr89dbf6d9156cace5f3c78dc9851d957381ef",
            email_verified: true,
            status_message: "",
          },
        }),
      droplets_create: ({ request }) => {
        const { name, tags, size, region } = request.requestBody as Machine & { size: string; region: string };
        const isOffered = SIZES.some(({ slug, available }) => slug === size && available);
        const isOpen = REGIONS.some(({ slug, available }) => slug === region && available);
        if (!isOffered || !isOpen || servers.size >= account.droplet_limit) {
          return digitaloceanRefusal(422, "unprocessable_entity");
        }
        const machine: Machine = { id: nextId++, name, tags, status: "new", locked: false, untagged: tagging.looks };
        servers.set(machine.id, machine);
        const { id } = begin("create", machine.id);
        const link = { id, rel: "create", href: `https://api.digitalocean.com/v2/actions/${id}` };
        return answer(202, { droplet: present(machine), links: { actions: [link] } });
      },
      droplets_list: ({ request: { query } }) => {
        const tagged = (one: Machine) => one.untagged <= 0 && one.tags.includes(String(query["tag_name"]));
        const found = [...servers.values()].filter(
          (one) =>
            (query["name"] === undefined || query["name"] === one.name) &&
            (query["tag_name"] === undefined || tagged(one)),
        );
        const shown = found.map(present);
        for (const one of servers.values()) one.untagged--;
        return paged("droplets", shown);
      },
      droplets_get: (context) => {
        const machine = machineOf(context);
        return machine === undefined ? NOT_FOUND : answer(200, { droplet: present(machine) });
      },
      droplets_destroy: (context) => {
        const machine = machineOf(context);
        if (machine === undefined) return NOT_FOUND;
        servers.delete(machine.id);
        return answer(204);
      },
      dropletActions_post: (context) => {
        const machine = machineOf(context);
        if (machine === undefined) return NOT_FOUND;
        const { type } = context.request.requestBody as { type: string };
        const becomes = type === "reboot" ? undefined : type === "power_on" ? "active" : "off";
        if (machine.locked || becomes === machine.status) return digitaloceanRefusal(422, "unprocessable_entity");
        machine.status = becomes ?? machine.status;
        return answer(201, { action: show(begin(type, machine.id)) });
      },
      dropletActions_list: (context) => {
        const own = [...actions.values()].filter(
          ({ droplet }) => droplet === Number(context.request.params["droplet_id"]),
        );
        return paged("actions", own.map(show));
      },
      actions_get: ({ request }) => {
        const action = actions.get(Number(request.params["action_id"]));
        return action === undefined ? NOT_FOUND : answer(200, { action: asked(action) });
      },
      sshKeys_list: () =>
        paged(
          "ssh_keys",
          keys.map((name, at) => ({ id: at + 1, name, public_key: "ssh-ed25519 AAAA" })),
        ),
      sshKeys_create: ({ request }) => {
        const key = request.requestBody as { name: string; public_key: string };
        keys.push(key.name);
        return answer(201, { ssh_key: { id: keys.length, ...key } });
      },
      regions_list: () => paged("regions", REGIONS),
      sizes_list: () => paged("sizes", SIZES),
    },
  });
  return Object.assign(double, { servers, keys, pace, account, tagging });
}

/** Hetzner Cloud as far as the adapter uses it: unique names, actions that take a while, labels. */
import type { Context } from "openapi-backend";
import { ProviderDouble, type Reply } from "./double.ts";
import { readSpec } from "./specs.ts";

interface Action {
  id: number;
  command: string;
  status: "running" | "success" | "error";
  /** How often it is still running when it is asked for. */
  polls: number;
  server: number;
}

interface Machine {
  id: number;
  name: string;
  status: string;
  labels: Record<string, string>;
}

export interface HetznerDouble extends ProviderDouble {
  readonly servers: Map<number, Machine>;
  readonly keys: string[];
  /** How actions go from now on. */
  readonly pace: { polls: number; ends: "success" | "error" };
}

const TOKEN = "hetzner-token-of-the-tests";
export const HETZNER_TOKEN = TOKEN;

const refusal = (status: number, code: string): Reply => ({
  status,
  body: { error: { code, message: `upstream says ${code}`, details: null } },
});
export const hetznerRefusal = refusal;

const keyOf = (name: string, at: number) => ({
  id: at + 1,
  name,
  created: "2026-06-01T00:00:00Z",
  fingerprint: "b7:2f:30:a0:2f:6c:58:6c:21:04:58:61:ba:06:3b:2f",
  labels: {},
  public_key: "ssh-ed25519 AAAA",
});

const place = { latitude: 50.4, longitude: 12.3, network_zone: "eu-central" };
const LOCATIONS = [
  { id: 1, name: "fsn1", city: "Falkenstein", country: "DE", description: "Falkenstein DC Park 1", ...place },
  { id: 2, name: "hel1", city: "Helsinki", country: "FI", description: "Helsinki DC Park 1", ...place },
];

const amount = (net: string) => ({ net, gross: net });
const priced = (location: string, monthly: string, hourly: string) => ({
  location,
  price_hourly: amount(hourly),
  price_monthly: amount(monthly),
});
const traffic = { included_traffic: 1, price_per_tb_traffic: amount("1.0") };

const kind = {
  architecture: "x86",
  cpu_type: "shared",
  deprecated: false,
  storage_type: "local",
  cores: 2,
  memory: 4,
  disk: 40,
};
/** One that is sold out in Helsinki, and one that is going to end. */
const SERVER_TYPES = [
  {
    ...kind,
    id: 1,
    name: "cx23",
    description: "CX23",
    prices: [
      { ...priced("fsn1", "3.4900000000", "0.0056000000"), ...traffic },
      { ...priced("hel1", "3.4900000000", "0.0056000000"), ...traffic },
    ],
    locations: [
      { id: 1, name: "fsn1", deprecation: null, available: true },
      { id: 2, name: "hel1", deprecation: null, available: false },
    ],
  },
  {
    ...kind,
    id: 2,
    name: "cx22",
    description: "CX22",
    prices: [{ ...priced("fsn1", "3.7900000000", "0.0060000000"), ...traffic }],
    locations: [
      {
        id: 1,
        name: "fsn1",
        deprecation: { announced: "2026-01-01T00:00:00Z", unavailable_after: "2026-09-01T00:00:00Z" },
      },
    ],
  },
];
const PRICING = {
  pricing: {
    currency: "EUR",
    vat_rate: "19.00",
    floating_ip: { price_monthly: amount("3.0") },
    floating_ips: [],
    image: { price_per_gb_month: amount("0.01") },
    load_balancer_types: [],
    primary_ips: [{ type: "ipv4", prices: [priced("fsn1", "0.5000000000", "0.0008000000")] }],
    server_backup: { percentage: "20.00" },
    server_types: [],
    volume: { price_per_gb_month: amount("0.04") },
  },
};

const NOT_FOUND = refusal(404, "not_found");

export function openHetzner(): HetznerDouble {
  const definition = readSpec("hetzner");
  // biome-ignore lint/suspicious/noExplicitAny: a description's examples have the forms of the whole API
  const template = (definition.paths as any)["/servers"].post.responses["201"].content["application/json"].examples
    .default.value.server;
  const servers = new Map<number, Machine>();
  const actions = new Map<number, Action>();
  const keys = ["laptop"];
  const pace: HetznerDouble["pace"] = { polls: 1, ends: "success" };
  let nextId = 100;

  const begin = (command: string, server: number, after: Partial<Machine> = {}): Action => {
    const action: Action = { id: nextId++, command, status: "running", polls: pace.polls, server };
    actions.set(action.id, action);
    Object.assign(servers.get(server) ?? {}, after);
    return action;
  };
  const show = ({ id, command, status, server }: Action) => ({
    id,
    command,
    status,
    // A running action may carry an error, too: only its status counts.
    error: status === "success" ? null : { code: "action_failed", message: "Action failed" },
    finished: status === "running" ? null : "2026-06-01T00:00:00Z",
    progress: status === "success" ? 100 : 0,
    resources: [{ id: server, type: "server" }],
    started: "2026-06-01T00:00:00Z",
  });
  const asked = (action: Action) => {
    if (action.status === "running" && action.polls-- <= 0) {
      action.status = pace.ends;
      const machine = servers.get(action.server);
      if (machine !== undefined && action.status === "success" && action.command === "start_server") {
        machine.status = "running";
      }
    }
    return show(action);
  };
  const present = ({ id, name, status, labels }: Machine) => ({ ...template, id, name, status, labels });
  const paged = (items: object[]) => ({
    pagination: {
      page: 1,
      per_page: 50,
      previous_page: null,
      next_page: null,
      last_page: 1,
      total_entries: items.length,
    },
  });
  const machineOf = ({ request }: Context) => servers.get(Number(request.params["id"]));
  const powering = (command: string, status: string) => (context: Context) => {
    const machine = machineOf(context);
    if (machine === undefined) return NOT_FOUND;
    return { status: 201, body: { action: show(begin(command, machine.id, { status })) } };
  };

  const double = new ProviderDouble({
    definition,
    base: "https://api.hetzner.cloud/v1",
    token: TOKEN,
    invalid: refusal(422, "invalid_input"),
    unauthorized: refusal(401, "unauthorized"),
    handlers: {
      create_server: ({ request }) => {
        const { name, labels } = request.requestBody as Machine;
        if ([...servers.values()].some((one) => one.name === name)) return refusal(409, "uniqueness_error");
        const machine = { id: nextId++, name, labels, status: "initializing" };
        servers.set(machine.id, machine);
        const action = show(begin("create_server", machine.id));
        const next = [show(begin("start_server", machine.id))];
        return { status: 201, body: { server: present(machine), action, next_actions: next, root_password: null } };
      },
      list_servers: ({ request: { query } }) => {
        const [key, value] = String(query["label_selector"] ?? "").split("==");
        const found = [...servers.values()].filter(
          ({ name, labels }) =>
            (query["name"] === undefined || query["name"] === name) && (!key || labels[key] === value),
        );
        return { status: 200, body: { servers: found.map(present), meta: paged(found) } };
      },
      get_server: (context) => {
        const machine = machineOf(context);
        return machine === undefined ? NOT_FOUND : { status: 200, body: { server: present(machine) } };
      },
      delete_server: (context) => {
        const machine = machineOf(context);
        if (machine === undefined) return NOT_FOUND;
        servers.delete(machine.id);
        return { status: 200, body: { action: show(begin("delete_server", machine.id)) } };
      },
      power_on_server: powering("start_server", "starting"),
      power_off_server: powering("stop_server", "off"),
      shutdown_server: powering("shutdown_server", "off"),
      soft_reboot_server: powering("reboot_server", "running"),
      list_actions_for_server: (context) => {
        const own = [...actions.values()].filter(({ server }) => server === Number(context.request.params["id"]));
        return { status: 200, body: { actions: own.map(show), meta: paged(own) } };
      },
      get_multiple_actions: ({ request }) => {
        const ids = [request.query["id"] ?? []].flat().map(Number);
        const found = ids.flatMap((id) => actions.get(id) ?? []);
        return { status: 200, body: { actions: found.map(asked) } };
      },
      list_ssh_keys: () => {
        const all = keys.map(keyOf);
        return { status: 200, body: { ssh_keys: all, meta: paged(all) } };
      },
      create_ssh_key: ({ request }) => {
        const { name } = request.requestBody as { name: string };
        if (keys.includes(name)) return refusal(409, "uniqueness_error");
        keys.push(name);
        return { status: 201, body: { ssh_key: keyOf(name, keys.length - 1) } };
      },
      list_locations: () => ({ status: 200, body: { locations: LOCATIONS, meta: paged(LOCATIONS) } }),
      list_server_types: () => ({ status: 200, body: { server_types: SERVER_TYPES, meta: paged(SERVER_TYPES) } }),
      list_prices: () => ({ status: 200, body: PRICING }),
    },
  });
  return Object.assign(double, { servers, keys, pace });
}

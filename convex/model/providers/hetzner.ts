/** The adapter of Hetzner Cloud. Names are unique in a project there, which is what keeps a repeated create from doubling. */
import * as z from "zod";
import * as wire from "./hetznerApi.ts";
import { hetznerCatalog } from "./hetznerCatalog.ts";
import { type Api, allPages, path } from "./http.ts";
import { unlessSo } from "./power.ts";
import { keyOfNobody } from "./sshKey.ts";
import type { Access, Outcome, PowerChange, Provider, Server, ServerRequest } from "./types.ts";

const IMAGE = "debian-12";
const NO_KEYS_NAME = "moorage-nobody";

const POWER = { start: "poweron", restart: "reboot", stop: "shutdown" } as const satisfies Record<PowerChange, string>;

type Made = Outcome<{ server: Server; pending: string[] }>;

export function hetzner(access: Access): Provider {
  const api = wire.hetznerApi(access);
  return {
    catalog: () => hetznerCatalog(api),

    async verifyCredential() {
      const page = await api.call({ path: "/servers", query: { per_page: 1 }, form: wire.servers });
      return page.ok ? { ok: true } : page;
    },

    async createServer(request) {
      const before = await adopt(api, request);
      if (before !== undefined) return before;
      const keys = await sshKeys(api);
      if (!keys.ok) return keys;
      const made = await api.call({ ...creation(request, keys.names), form: wire.made, isCreate: true });
      if (!made.ok) return made.class === "name_taken" ? ((await adopt(api, request)) ?? made) : made;
      const { server, action, next_actions: next } = made.data;
      return { ok: true, server: wire.present(server), pending: [action, ...next].map(({ id }) => String(id)) };
    },

    getServer: (id) => getServer(api, id),

    findByLabel: ({ attempt }) => list(api, `${wire.LABELS.attempt}==${attempt}`),

    async progress(serverId, pending) {
      if (pending.length > 0) {
        const asked = await api.call({ path: "/actions", query: { id: pending }, form: wire.actions });
        if (!asked.ok) return asked;
        const states = asked.data.actions.map(({ status }) => status);
        if (states.includes("error")) return { ok: true, state: "failed" };
        if (states.includes("running")) return { ok: true, state: "running" };
      }
      const found = await getServer(api, serverId);
      if (!found.ok) return found;
      if (found.server === null) return { ok: true, state: "gone" };
      return { ok: true, state: ["starting", "other"].includes(found.server.state) ? "running" : "done" };
    },

    async power(serverId, change, force = false) {
      const verb = change === "stop" && force ? "poweroff" : POWER[change];
      const where = path`/servers/${serverId}/actions/${verb}`;
      const done = await api.call({ method: "POST", path: where, form: wire.acting });
      if (done.ok) return { ok: true, pending: [String(done.data.action.id)] };
      // Whether it refuses to turn on what is on is not documented.
      return unlessSo(done, change, () => getServer(api, serverId));
    },

    async destroy(serverId) {
      const form = wire.acting.partial();
      const done = await api.call({ method: "DELETE", path: path`/servers/${serverId}`, form, ifGone: {} });
      return done.ok ? { ok: true } : done;
    },

    list: ({ owner }) => list(api, `${wire.LABELS.owner}==${owner}`),
  };
}

function creation({ name, labels, region, size, userData }: ServerRequest, sshKeyNames: string[]) {
  const body = {
    name,
    server_type: size,
    image: IMAGE,
    location: region,
    labels: Object.fromEntries(
      Object.entries(wire.LABELS).map(([ours, theirs]) => [theirs, labels[ours as keyof typeof labels]]),
    ),
    ssh_keys: sshKeyNames,
    user_data: userData,
  };
  return { method: "POST" as const, path: "/servers", body };
}

/** The server of this name, if it is this attempt's; `undefined` when there is none. */
async function adopt(api: Api, { name, labels }: ServerRequest): Promise<Made | undefined> {
  const page = await api.call({ path: "/servers", query: { name }, form: wire.servers });
  if (!page.ok) return page;
  const [found] = page.data.servers;
  if (found === undefined) return undefined;
  if (found.labels[wire.LABELS.attempt] !== labels.attempt) {
    return { ok: false, class: "name_taken", message: `Hetzner has another server "${name}".` };
  }
  const id = String(found.id);
  const acting = await api.call({ path: path`/servers/${id}/actions`, form: wire.actions });
  if (!acting.ok) return acting;
  const open = acting.data.actions.filter(({ status }) => status !== "success");
  return { ok: true, server: wire.present(found), pending: open.map((action) => String(action.id)) };
}

/** All keys of the project, so that its people can get in as they are used to. */
async function sshKeys(api: Api): Promise<Outcome<{ names: string[] }>> {
  const page = await api.call({ path: "/ssh_keys", query: { per_page: 50 }, form: wire.sshKeys });
  if (!page.ok) return page;
  if (page.data.ssh_keys.length > 0) return { ok: true, names: page.data.ssh_keys.map(({ name }) => name) };
  const body = { name: NO_KEYS_NAME, public_key: await keyOfNobody() };
  const made = await api.call({ method: "POST", path: "/ssh_keys", body, form: z.unknown() });
  // Made by another call at the same moment: it is there, which is all that is wanted.
  return made.ok || made.class === "name_taken" ? { ok: true, names: [NO_KEYS_NAME] } : made;
}

async function getServer(api: Api, id: string): Promise<Outcome<{ server: Server | null }>> {
  const form = wire.one.nullable();
  const found = await api.call<z.infer<typeof form>>({ path: path`/servers/${id}`, form, ifGone: null });
  if (!found.ok) return found;
  return { ok: true, server: found.data === null ? null : wire.present(found.data.server) };
}

async function list(api: Api, selector: string): Promise<Outcome<{ servers: Server[] }>> {
  const query = { label_selector: selector, per_page: 50 };
  const listed = await allPages(
    api,
    { path: "/servers", query, form: wire.servers },
    { itemsOf: (page) => page.servers.map(wire.present), hasNext: wire.hasNext },
  );
  return listed.ok ? { ok: true, servers: listed.items } : listed;
}

/**
 * The adapter of DigitalOcean. It keeps no names unique and knows no idempotency key: a server is looked up by name and
 * by tag before each create, since tags are put on a moment after it, and of two that are there the older one stays.
 */

import * as wire from "./digitaloceanApi.ts";
import { digitaloceanCatalog, whyRefused } from "./digitaloceanCatalog.ts";
import { type Api, allPages, path } from "./http.ts";
import { unlessSo } from "./power.ts";
import { keyOfNobody } from "./sshKey.ts";
import type { Access, Outcome, PowerChange, Provider, Server, ServerRequest } from "./types.ts";

const IMAGE = "debian-12-x64";
/** So long a server may be there before its tags are. */
const UNTAGGED_MS = 10 * 60_000;
/** So long after a lost answer a server may still appear. */
const APPEARS_MS = 30_000;

const POWER = { start: "power_on", restart: "reboot", stop: "shutdown" } as const satisfies Record<PowerChange, string>;

type Made = Outcome<{ server: Server; pending: string[] }>;

export function digitalocean(access: Access): Provider {
  const api = wire.digitaloceanApi(access);
  return {
    catalog: () => digitaloceanCatalog(api),

    async verifyCredential() {
      const asked = await api.call({ path: "/v2/account", form: wire.account });
      if (!asked.ok) return asked;
      const { status, team, email } = asked.data.account;
      if (status === "locked") return LOCKED;
      const account = team?.name ?? email;
      return { ok: true, ...(account === undefined ? {} : { account }) };
    },

    async createServer(request) {
      const before = await adopt(api, request);
      if (before !== undefined) return before;
      const keys = await sshKeys(api);
      if (!keys.ok) return keys;
      const call = { method: "POST" as const, path: "/v2/droplets", body: creation(request, keys.ids) };
      const made = await api.call({ ...call, form: wire.made, isCreate: true });
      if (made.ok) {
        const { droplet, links } = made.data;
        return { ok: true, server: wire.present(droplet), pending: links.actions.map(({ id }) => String(id)) };
      }
      if (made.class === "unknown") return { ...made, retryAfterMs: APPEARS_MS };
      return made.class === "rejected" ? whyRefused(api, request, made) : made;
    },

    getServer: (id) => getServer(api, id),

    findByLabel: ({ attempt }) => list(api, { tag_name: wire.tag("attempt", attempt) }),

    async progress(serverId, pending) {
      for (const id of pending) {
        const asked = await api.call({ path: path`/v2/actions/${id}`, form: wire.acting });
        if (!asked.ok) return asked;
        if (asked.data.action.status === "errored") return { ok: true, state: "failed" };
        if (asked.data.action.status === "in-progress") return { ok: true, state: "running" };
      }
      const found = await getServer(api, serverId);
      if (!found.ok) return found;
      if (found.server === null) return { ok: true, state: "gone" };
      return { ok: true, state: found.server.state === "starting" ? "running" : "done" };
    },

    async power(serverId, change, force = false) {
      const type = change === "stop" && force ? "power_off" : POWER[change];
      const where = path`/v2/droplets/${serverId}/actions`;
      const done = await api.call({ method: "POST", path: where, body: { type }, form: wire.acting });
      if (done.ok) return { ok: true, pending: [String(done.data.action.id)] };
      // It refuses to turn on what is on, and everything while an action is pending, in the same words.
      return unlessSo(done, change, () => getServer(api, serverId));
    },

    destroy: (serverId) => destroy(api, serverId),

    list: ({ owner }) => list(api, { tag_name: wire.tag("owner", owner) }),
  };
}

function creation({ name, labels, region, size, userData }: ServerRequest, keyIds: number[]) {
  return {
    name,
    region,
    size,
    image: IMAGE,
    ssh_keys: keyIds,
    tags: wire.tagsOf(labels),
    ipv6: true,
    monitoring: false,
    with_droplet_agent: false,
    user_data: userData,
  };
}

/** The server that an earlier call of this attempt made; `undefined` when there is none. */
async function adopt(api: Api, { name, labels }: ServerRequest): Promise<Made | undefined> {
  const tagged = await list(api, { tag_name: wire.tag("attempt", labels.attempt) });
  if (!tagged.ok) return tagged;
  const named = await list(api, { name });
  if (!named.ok) return named;
  const fresh = named.servers.filter(({ labels: { attempt }, createdAt = 0 }) =>
    attempt === undefined ? Date.now() - createdAt < UNTAGGED_MS : attempt === labels.attempt,
  );
  if (fresh.length < named.servers.length) {
    return { ok: false, class: "name_taken", message: `DigitalOcean has another server "${name}".` };
  }
  const own = new Map([...tagged.servers, ...fresh].map((server) => [server.id, server]));
  const [oldest, ...twins] = [...own.values()].sort((a, b) => Number(a.id) - Number(b.id));
  for (const twin of twins) {
    const gone = await destroy(api, twin.id);
    if (!gone.ok) return gone;
  }
  return oldest === undefined ? undefined : withActions(api, oldest);
}

async function withActions(api: Api, server: Server): Promise<Made> {
  const listed = await api.call({ path: path`/v2/droplets/${server.id}/actions`, form: wire.actions });
  if (!listed.ok) return listed;
  const open = listed.data.actions.filter(({ status }) => status !== "completed");
  return { ok: true, server, pending: open.map(({ id }) => String(id)) };
}

/** All keys of the account, so that its people can get in as they are used to. */
async function sshKeys(api: Api): Promise<Outcome<{ ids: number[] }>> {
  const listed = await api.call({ path: "/v2/account/keys", query: { per_page: 100 }, form: wire.sshKeys });
  if (!listed.ok) return listed;
  if (listed.data.ssh_keys.length > 0) return { ok: true, ids: listed.data.ssh_keys.map(({ id }) => id) };
  const body = { name: "moorage-nobody", public_key: await keyOfNobody() };
  const made = await api.call({ method: "POST", path: "/v2/account/keys", body, form: wire.sshKey });
  return made.ok ? { ok: true, ids: [made.data.ssh_key.id] } : made;
}

async function getServer(api: Api, id: string): Promise<Outcome<{ server: Server | null }>> {
  const found = await api.call({ path: path`/v2/droplets/${id}`, form: wire.one.nullable(), ifGone: null });
  if (!found.ok) return found;
  return { ok: true, server: found.data === null ? null : wire.present(found.data.droplet) };
}

async function destroy(api: Api, id: string): Promise<Outcome> {
  const done = await api.call({
    method: "DELETE",
    path: path`/v2/droplets/${id}`,
    form: wire.nothing,
    ifGone: null,
  });
  return done.ok ? { ok: true } : done;
}

async function list(api: Api, filter: Record<string, string>): Promise<Outcome<{ servers: Server[] }>> {
  const query = { ...filter, per_page: 200 };
  const listed = await allPages(
    api,
    { path: "/v2/droplets", query, form: wire.droplets },
    { itemsOf: (page) => page.droplets.map(wire.present), hasNext: wire.hasNext },
  );
  return listed.ok ? { ok: true, servers: listed.items } : listed;
}

const LOCKED = {
  ok: false,
  class: "auth",
  message: "The DigitalOcean account is locked; its owner finds out why in the control panel.",
} as const;

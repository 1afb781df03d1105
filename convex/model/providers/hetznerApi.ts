/** Hetzner Cloud's API: where it is, the fields of its answers that are used, and what its error codes mean. */
import * as z from "zod";
import { type Api, createApi, type Refusal, retryAfterMs, tooMany } from "./http.ts";
import type { Access, Failure, FailureClass, Server } from "./types.ts";
import { address, currency, shown, slug } from "./words.ts";

const OWNER = "moorage-owner";
const DEPLOYMENT = "moorage-deployment";
const ATTEMPT = "moorage-attempt";
export const LABELS = { owner: OWNER, deployment: DEPLOYMENT, attempt: ATTEMPT };

export const server = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  created: z.string(),
  labels: z.record(z.string(), z.string()),
  public_net: z.object({
    ipv4: z.object({ ip: address }).nullable(),
    ipv6: z.object({ ip: address }).nullable(),
  }),
});
export type HetznerServer = z.infer<typeof server>;

const action = z.object({ id: z.number(), status: z.enum(["running", "success", "error"]) });
export const actions = z.object({ actions: z.array(action) });
export const acting = z.object({ action });
export const made = z.object({ server, action, next_actions: z.array(action) });

export const one = z.object({ server });

/** One page of a list, and whether there is another. */
const paged = { meta: z.object({ pagination: z.object({ next_page: z.number().nullable() }) }) };
export const servers = z.object({ servers: z.array(server), ...paged });
export const sshKeys = z.object({ ssh_keys: z.array(z.object({ name: z.string() })), ...paged });

export const hasNext = ({ meta }: z.infer<z.ZodObject<typeof paged>>): boolean => meta.pagination.next_page !== null;

const amount = z.object({ net: z.string() });
const price = z.object({ location: slug, price_hourly: amount, price_monthly: amount });
const serverType = z.object({
  name: slug,
  cores: z.number(),
  memory: z.number(),
  disk: z.number(),
  prices: z.array(price),
  locations: z.array(z.object({ name: slug, available: z.boolean().optional(), deprecation: z.object({}).nullable() })),
});
export type ServerType = z.infer<typeof serverType>;
export const serverTypes = z.object({ server_types: z.array(serverType), ...paged });

const location = z.object({ name: slug, city: shown, country: shown });
export const locations = z.object({ locations: z.array(location), ...paged });

export const pricing = z.object({
  pricing: z.object({
    currency,
    primary_ips: z.array(z.object({ type: z.string(), prices: z.array(price) })),
  }),
});

const STATES: Record<string, Server["state"]> = {
  initializing: "starting",
  starting: "starting",
  running: "running",
  stopping: "other",
  off: "off",
};

export function present({ id, name, status, created, labels, public_net: net }: HetznerServer): Server {
  const { [OWNER]: owner, [DEPLOYMENT]: deployment, [ATTEMPT]: attempt } = labels;
  return {
    id: String(id),
    name,
    state: STATES[status] ?? "other",
    labels: {
      ...(owner === undefined ? {} : { owner }),
      ...(deployment === undefined ? {} : { deployment }),
      ...(attempt === undefined ? {} : { attempt }),
    },
    ...(net.ipv4 === null ? {} : { ipv4: net.ipv4.ip }),
    // A whole network is the server's; it answers at the first address.
    ...(net.ipv6 === null ? {} : { ipv6: net.ipv6.ip.replace(/::\/64$/, "::1") }),
    createdAt: Date.parse(created),
  };
}

/** By code, not by status: the statuses are not documented. */
const CLASSES: Record<string, [FailureClass, string]> = {
  unauthorized: ["auth", "Hetzner refused the token."],
  forbidden: ["auth", "Hetzner's token may not do this."],
  token_readonly: ["auth", "Hetzner's token may only read; a token that may write is needed."],
  uniqueness_error: ["name_taken", "Hetzner has another server of this name."],
  resource_limit_exceeded: ["quota", "The Hetzner project's limit is reached."],
  resource_unavailable: ["unavailable", "Hetzner cannot provide this size in this region now."],
  placement_error: ["unavailable", "Hetzner has no room for this size in this region now."],
  unavailable: ["unavailable", "Hetzner cannot provide this size in this region now."],
  locked: ["retryable", "Hetzner is still busy with this server."],
  conflict: ["retryable", "Hetzner is busy with another change."],
  maintenance: ["retryable", "Hetzner is under maintenance."],
};

const failure = z.object({ error: z.object({ code: z.string().regex(/^[a-z_]{1,40}$/) }) });

function classify({ status, body, headers }: Refusal): Failure | undefined {
  const code = failure.safeParse(body).data?.error.code;
  if (code === undefined) return undefined;
  if (code === "rate_limit_exceeded") return tooMany(retryAfterMs(headers) ?? 5_000);
  const [kind, message] = CLASSES[code] ?? [];
  if (kind !== undefined && message !== undefined) return { ok: false, class: kind, message };
  if (status >= 500 || ["timeout", "bad_gateway", "server_error", "service_error"].includes(code)) return undefined;
  return { ok: false, class: "rejected", message: `Hetzner refused the request (${code}).` };
}

export const hetznerApi = (access: Access): Api =>
  createApi({ access, base: "https://api.hetzner.cloud/v1", classify });

/** DigitalOcean's API: where it is, the fields of its answers that are used, and what its refusals mean. */
import * as z from "zod";
import { type Api, createApi, type Refusal, retryAfterMs, tooMany } from "./http.ts";
import type { Access, Failure, Labels, Server } from "./types.ts";
import { address, shown, slug } from "./words.ts";

const network = z.object({ ip_address: address.optional(), type: z.string().optional() });
export const droplet = z.object({
  id: z.number(),
  name: z.string(),
  status: z.enum(["new", "active", "off", "archive"]),
  locked: z.boolean().default(false),
  created_at: z.string(),
  networks: z.object({ v4: z.array(network).optional(), v6: z.array(network).optional() }),
  /** Left out for a token that may not read tags. */
  tags: z.array(z.string()).default([]),
});
export type Droplet = z.infer<typeof droplet>;

/** One page of a list, and whether there is another. */
const paged = {
  links: z.object({ pages: z.object({ next: z.string().optional() }).optional() }).optional(),
  meta: z.object({ total: z.number() }),
};
export const hasNext = ({ links }: z.infer<z.ZodObject<typeof paged>>): boolean => links?.pages?.next !== undefined;

export const droplets = z.object({ droplets: z.array(droplet), ...paged });
export const one = z.object({ droplet });
export const made = z.object({
  droplet,
  links: z.object({ actions: z.array(z.object({ id: z.number(), rel: z.string() })) }),
});
const action = z.object({ id: z.number(), status: z.enum(["in-progress", "completed", "errored"]) });
export const acting = z.object({ action });
export const actions = z.object({ actions: z.array(action) });
/** A deleted droplet is answered without a body. */
export const nothing = z.unknown();
export const account = z.object({
  account: z.object({
    droplet_limit: z.number().optional(),
    email: shown.optional(),
    status: z.string(),
    team: z.object({ name: shown.optional() }).optional(),
  }),
});
export const sshKeys = z.object({ ssh_keys: z.array(z.object({ id: z.number() })) });
export const sshKey = z.object({ ssh_key: z.object({ id: z.number() }) });
const size = z.object({
  slug,
  vcpus: z.number(),
  memory: z.number(),
  disk: z.number(),
  price_monthly: z.number(),
  price_hourly: z.number(),
  regions: z.array(slug),
  available: z.boolean(),
});
export const sizes = z.object({ sizes: z.array(size), ...paged });
const region = z.object({ slug, name: shown, available: z.boolean() });
export const regions = z.object({ regions: z.array(region), ...paged });

/** A tag has no value of its own, and no `=`. */
const PREFIXES: Record<keyof Labels, string> = {
  owner: "moorage-owner:",
  deployment: "moorage-deployment:",
  attempt: "moorage-attempt:",
};
const KINDS = ["owner", "deployment", "attempt"] as const;

export const tag = (kind: keyof Labels, value: string): string => `${PREFIXES[kind]}${value}`;

export const tagsOf = (labels: Labels): string[] => KINDS.map((kind) => tag(kind, labels[kind]));

const STATES = { new: "starting", active: "running", off: "off", archive: "other" } as const;

export function present({ id, name, status, locked, created_at: created, networks, tags }: Droplet): Server {
  const ipv4 = networks.v4?.find(({ type }) => type === "public")?.ip_address;
  const ipv6 = networks.v6?.find(({ type }) => type === "public")?.ip_address;
  const labels = KINDS.flatMap((kind) => {
    const found = tags.find((one) => one.startsWith(PREFIXES[kind]));
    return found === undefined ? [] : [[kind, found.slice(PREFIXES[kind].length)]];
  });
  return {
    id: String(id),
    name,
    state: STATES[status],
    ...(locked ? { isLocked: true } : {}),
    labels: Object.fromEntries(labels) as Partial<Labels>,
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
    createdAt: Date.parse(created),
  };
}

/** The limit of an hour names no seconds, only when its oldest call is a whole hour ago. */
function classify({ status, headers }: Refusal): Failure | undefined {
  if (status !== 429) return undefined;
  const reset = Number(headers.get("ratelimit-reset") ?? Number.NaN) * 1_000 - Date.now();
  const untilReset = Number.isFinite(reset) ? Math.min(Math.max(reset, 1_000), 600_000) : 5_000;
  return tooMany(retryAfterMs(headers) ?? untilReset);
}

export const digitaloceanApi = (access: Access): Api =>
  createApi({ access, base: "https://api.digitalocean.com", classify });

import * as z from "zod";
import { defineContract } from "../contract.ts";
import {
  CHANNEL,
  CHANNEL_RULE,
  CLOUDS,
  DEFAULT_IMAGE,
  DEPLOYMENT_NAME,
  DEPLOYMENT_NAME_RULE,
  DEPLOYMENT_STATUSES,
  HEALTHS,
  IMAGE,
  MODEL,
  MODEL_RULE,
  MOVING_TAG,
  OPERATION_KINDS,
  OPERATION_STATES,
  OUTCOMES,
  PROFILES,
  PROVIDERS,
  SSH_PUBLIC_KEY,
  SSH_PUBLIC_KEY_RULE,
} from "../deployment.ts";
import { agent, cursor, id, limit, line, opId, origin, secretName, secretValue } from "../fields.ts";
import { DEPLOYMENT_CHANNELS, DEPLOYMENT_SECRETS, DEPLOYMENT_URLS, REASON_CHARS } from "../limits.ts";
import { waiting } from "./approvals.ts";

/** What the agent on a server runs with; every change of it is a new generation. */
export const configuration = z.strictObject({
  image: z.string(),
  /** Which bytes the image's tag meant when a server first ran it: those and no others run from then on. */
  imageDigest: z.string().optional(),
  /** Names of secrets it may resolve. */
  secrets: z.array(z.string()),
  /** Origins from which its own pages may be opened; the first is its address. */
  urls: z.array(z.string()),
  /** Where it talks: as OpenClaw calls its channels. */
  channels: z.array(z.string()),
  model: z.string().optional(),
  /** The secret with the token of a Cloudflare tunnel, which needs no open port. */
  tunnelSecret: z.string().optional(),
});
export type Configuration = z.infer<typeof configuration>;

export const price = z.strictObject({ monthly: z.number(), currency: z.string() });

/** Times are ISO 8601 in UTC. */
export const deployment = z.strictObject({
  id: z.string(),
  name: z.string(),
  provider: z.enum(PROVIDERS),
  /** There is no server: everything about it is made up. */
  simulated: z.literal(true).optional(),
  region: z.string(),
  size: z.string(),
  profile: z.enum(PROFILES),
  agent: z.string(),
  status: z.enum(DEPLOYMENT_STATUSES),
  health: z.enum(HEALTHS),
  /** Why it is not well, as far as that is known. */
  healthReason: z.string().optional(),
  lastSeenAt: z.string().optional(),
  /** The configuration that is wanted, and the one its server reported. */
  generation: z.number(),
  appliedGeneration: z.number().optional(),
  serverId: z.string().optional(),
  address: z.string().optional(),
  price: price.optional(),
  /** The operation that is changing it now. */
  operation: z.string().optional(),
  /** Why it is as it is, when that is not what was asked for. */
  problem: z.string().optional(),
  createdAt: z.string(),
  endedAt: z.string().optional(),
});
export type Deployment = z.infer<typeof deployment>;

export const operation = z.strictObject({
  id: z.string(),
  deployment: z.string(),
  simulated: z.literal(true).optional(),
  kind: z.enum(OPERATION_KINDS),
  state: z.enum(OPERATION_STATES),
  /** Present once it is done. */
  outcome: z.enum(OUTCOMES).optional(),
  /** How often the current state was tried. */
  tries: z.number(),
  /** When the current state began. */
  since: z.string(),
  /** When its step is begun again if nothing has come of it by then: whoever was at it has died. */
  againAt: z.string().optional(),
  /** When the current state is given up. */
  giveUpAt: z.string().optional(),
  problem: z.string().optional(),
  createdAt: z.string(),
  endedAt: z.string().optional(),
});
export type Operation = z.infer<typeof operation>;

/** A deployment's id, or the name of one that has not ended. */
const which = line(64).describe("name or id");
const reason = line(REASON_CHARS).optional().describe("kept in the history");

const EXAMPLE = `such as "${DEFAULT_IMAGE}"`;
const image = z
  .string()
  .max(256)
  .regex(IMAGE, `must be an image with its tag or digest, ${EXAMPLE}`)
  .refine((name) => !MOVING_TAG.test(name), `must not be a tag that moves; name a version, ${EXAMPLE}, or a digest`);

/** What a caller may choose of a configuration. */
const chosen = {
  image: image.optional(),
  secrets: z.array(secretName).max(DEPLOYMENT_SECRETS).optional().describe("names it may resolve"),
  urls: z.array(origin).max(DEPLOYMENT_URLS).optional().describe("origins of its pages"),
  channels: z.array(z.string().regex(CHANNEL, CHANNEL_RULE)).max(DEPLOYMENT_CHANNELS).optional(),
  model: z.string().max(128).regex(MODEL, MODEL_RULE).nullable().optional(),
  tunnelSecret: secretName.nullable().optional().describe("holds a Cloudflare tunnel's token"),
};

const started = z.strictObject({ status: z.literal("started"), deployment, operation });

/** Without a provider: which there are, and which are connected. With one, what it offers, asked of it now. */
export const catalog = defineContract({
  path: "deploy:catalog",
  kind: "action",
  scope: "deploy:read",
  args: z.strictObject({ provider: z.enum(PROVIDERS).optional() }),
  result: z.strictObject({
    providers: z.array(
      z.strictObject({
        provider: z.enum(PROVIDERS),
        simulated: z.literal(true).optional(),
        needs: z.enum(["nothing", "public_url", "connection"]),
      }),
    ),
    offers: z
      .strictObject({
        regions: z.array(z.strictObject({ id: z.string(), name: z.string() })),
        sizes: z.array(
          z.strictObject({
            id: z.string(),
            cpus: z.number(),
            memoryMb: z.number(),
            diskGb: z.number(),
            /** From the cheapest region; without tax. */
            monthly: z.number(),
            currency: z.string(),
            regions: z.array(z.string()),
          }),
        ),
        pricedAt: z.string(),
      })
      .optional(),
  }),
  untrusted: ["offers.regions"],
});

/** What else a deployment can be is set with an update, once it is there. */
export const plan = defineContract({
  path: "deploy:plan",
  kind: "action",
  scope: "deploy:write",
  args: z.strictObject({
    name: z.string().regex(DEPLOYMENT_NAME, DEPLOYMENT_NAME_RULE),
    provider: z.enum(PROVIDERS),
    region: line(64).optional(),
    size: line(64).optional().describe("default: cheapest that is enough"),
    profile: z.enum(PROFILES).optional().describe("default production_hardened"),
    agent: agent.optional(),
    secrets: chosen.secrets,
    /** Its holder may log in, beside those of the keys in the provider's account. */
    sshKey: z.string().regex(SSH_PUBLIC_KEY, SSH_PUBLIC_KEY_RULE).optional(),
  }),
  result: z.strictObject({
    planId: z.string(),
    simulated: z.literal(true).optional(),
    /** What a person will be asked to approve. */
    lines: z.array(z.string()),
    price: price.optional(),
    pricedAt: z.string(),
    expiresAt: z.string(),
  }),
});

/** A plan is used once, within minutes, by the key that made it. */
export const create = defineContract({
  path: "deploy:create",
  kind: "mutation",
  scope: "deploy:write",
  args: z.strictObject({ planId: id, opId }),
  result: z.discriminatedUnion("status", [started, waiting]),
  filled: ["opId"],
});

export const list = defineContract({
  path: "deploy:list",
  kind: "query",
  scope: "deploy:read",
  args: z.strictObject({
    all: z.boolean().optional().describe("also those that ended"),
    limit: limit.optional(),
    cursor: cursor.optional(),
  }),
  /** Newest first. */
  result: z.strictObject({ deployments: z.array(deployment), cursor: z.string().optional() }),
});

/** What its server said of itself last; figures can be some minutes old. */
export const reported = z.strictObject({
  container: z.string().optional(),
  /** That runs, by its digest. */
  image: z.string().optional(),
  load: z.number().optional(),
  diskUsedPercent: z.number().optional(),
  memoryAvailableMb: z.number().optional(),
  rebootRequired: z.boolean().optional(),
  /** Of its models, since the gateway started, in US dollars. */
  modelCostUsd: z.number().optional(),
  /** Which version of each secret it has loaded. */
  secretVersions: z.record(z.string(), z.number()).optional(),
});
export type Reported = z.infer<typeof reported>;

export const get = defineContract({
  path: "deploy:get",
  kind: "query",
  scope: "deploy:read",
  args: z.strictObject({ deployment: which }),
  result: z.strictObject({
    deployment,
    configuration,
    /** Newest first. */
    history: z.array(
      z.strictObject({
        generation: z.number(),
        at: z.string(),
        /** The id of the key that made it. */
        by: z.string(),
        reason: z.string().optional(),
        changes: z.array(z.string()),
      }),
    ),
    /** How to reach the agent. */
    access: z.array(z.string()),
    reported: reported.optional(),
  }),
  untrusted: ["history[].reason", "reported.image"],
});

const changed = z.discriminatedUnion("status", [
  started.extend({ changes: z.array(z.string()) }),
  /** It is so already. */
  z.strictObject({ status: z.literal("unchanged"), deployment }),
  waiting,
]);

/** What is not named stays as it is. */
export const update = defineContract({
  path: "deploy:update",
  kind: "mutation",
  scope: "deploy:write",
  args: z.strictObject({ deployment: which, ...chosen, reason, opId }),
  result: changed,
  filled: ["opId"],
});

/** To an earlier configuration, as a new generation; called again, to the one before that. */
export const rollback = defineContract({
  path: "deploy:rollback",
  kind: "mutation",
  scope: "deploy:write",
  args: z.strictObject({
    deployment: which,
    generation: z.int().min(1).optional().describe("default: one further back"),
    reason,
    opId,
  }),
  result: changed,
  filled: ["opId"],
});

/** `upgrade` takes the image that this release of Moorage was tried with. */
export const control = defineContract({
  path: "deploy:control",
  kind: "mutation",
  scope: "deploy:write",
  args: z.strictObject({ deployment: which, action: z.enum(["start", "stop", "restart", "upgrade"]), reason, opId }),
  result: changed,
  filled: ["opId"],
});

/** The server and what is on it; memories and secrets are kept here. */
export const destroy = defineContract({
  path: "deploy:destroy",
  kind: "mutation",
  scope: "deploy:write",
  args: z.strictObject({ deployment: which, confirm: line(64).describe("its name, typed again"), reason, opId }),
  result: z.discriminatedUnion("status", [started, waiting]),
  filled: ["opId"],
});

/** A server that was being made is destroyed. */
export const cancel = defineContract({
  path: "deploy:cancel",
  kind: "mutation",
  scope: "deploy:write",
  args: z.strictObject({ operation: id, reason }),
  result: z.strictObject({ operation }),
});

/** The line that makes a machine of one's own this deployment's server: for its owner's eyes, and good for minutes. */
export const hostCommand = defineContract({
  path: "deploy:hostCommand",
  kind: "action",
  scope: "approve",
  args: z.strictObject({ deployment: which }),
  result: z.strictObject({ command: z.string(), expiresAt: z.string() }),
});

/** An account at a provider; never its credential. */
export const connection = z.strictObject({
  provider: z.enum(CLOUDS),
  state: z.enum(["connected", "failing"]),
  account: z.string().optional(),
  problem: z.string().optional(),
  checkedAt: z.string(),
});
export type Connection = z.infer<typeof connection>;

/** A token for the page on which a person types the account's credential, `/secret/<token>` at the door. */
export const connect = defineContract({
  path: "deploy:connect",
  kind: "action",
  scope: "deploy:write",
  args: z.strictObject({ provider: z.enum(CLOUDS) }),
  result: z.discriminatedUnion("status", [
    z.strictObject({ status: z.literal("page"), token: z.string(), expiresAt: z.string() }),
    waiting,
  ]),
});

/** From a person's terminal. It is tried before it is kept. */
export const credential = defineContract({
  path: "deploy:credential",
  kind: "action",
  scope: "approve",
  args: z.strictObject({ provider: z.enum(CLOUDS), credential: secretValue }),
  result: z.strictObject({ connection }),
  untrusted: ["connection.account"],
  sensitive: ["credential"],
});

/** Forgets the credential; with a person's approval while servers are there that only it can reach. */
export const disconnect = defineContract({
  path: "deploy:disconnect",
  kind: "mutation",
  scope: "deploy:write",
  args: z.strictObject({ provider: z.enum(CLOUDS) }),
  result: z.discriminatedUnion("status", [
    z.strictObject({ status: z.enum(["disconnected", "not_connected"]) }),
    waiting,
  ]),
});

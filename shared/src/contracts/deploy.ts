import * as z from "zod";
import { defineContract } from "../contract.ts";
import {
  DEPLOYMENT_STATUSES,
  HEALTHS,
  OPERATION_KINDS,
  OPERATION_STATES,
  OUTCOMES,
  PROFILES,
  PROVIDERS,
} from "../deployment.ts";
import { cursor, limit, line } from "../fields.ts";

/** What the agent on a server runs with; every change of it is a new generation. */
export const configuration = z.strictObject({
  image: z.string(),
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
  /** When the current state is given up. */
  giveUpAt: z.string().optional(),
  problem: z.string().optional(),
  createdAt: z.string(),
  endedAt: z.string().optional(),
});
export type Operation = z.infer<typeof operation>;

/** A deployment's id, or the name of one that has not ended. */
const which = line(64).describe("name or id");

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
  }),
  untrusted: ["history[].reason"],
});

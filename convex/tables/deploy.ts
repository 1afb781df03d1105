import {
  CLOUDS,
  DEPLOYMENT_STATUSES,
  HEALTHS,
  OPERATION_KINDS,
  OPERATION_STATES,
  OUTCOMES,
  PROFILES,
  PROVIDERS,
} from "@moorage/shared/deployment";
import { defineTable } from "convex/server";
import { v } from "convex/values";
import { literals } from "convex-helpers/validators";
import { vSealed } from "./secrets.ts";

export const vProvider = literals(...PROVIDERS);

export const vPrice = v.object({ monthly: v.number(), currency: v.string() });

export const vConfiguration = v.object({
  image: v.string(),
  imageDigest: v.optional(v.string()),
  secrets: v.array(v.string()),
  urls: v.array(v.string()),
  channels: v.array(v.string()),
  model: v.optional(v.string()),
  tunnelSecret: v.optional(v.string()),
});

/** What is asked for when a server is made. */
const vSpec = {
  name: v.string(),
  provider: vProvider,
  region: v.string(),
  size: v.string(),
  profile: literals(...PROFILES),
  agent: v.string(),
  price: v.optional(vPrice),
  /** Whose holder may log in, beside those of the keys in the provider's account. */
  sshKey: v.optional(v.string()),
};

export const deployTables = {
  // The credential of a tenant's account at a provider, sealed at a place of its own, so that no function of secrets:
  // reaches it. Written by deploy:connect and its page, and by the checks that use it; removed by deploy:disconnect.
  connections: defineTable({
    tenantId: v.id("tenants"),
    provider: literals(...CLOUDS),
    sealed: vSealed,
    version: v.number(),
    account: v.optional(v.string()),
    /** What the last check found. */
    state: literals("connected", "failing"),
    problem: v.optional(v.string()),
    checkedAt: v.number(),
    connectedBy: v.string(),
  }).index("by_tenant_provider", ["tenantId", "provider"]),

  // What deploy:plan worked out, for the key that asked, until it is used once or a quarter of an hour is over.
  plans: defineTable({
    tenantId: v.id("tenants"),
    keyId: v.string(),
    ...vSpec,
    configuration: vConfiguration,
    usedBy: v.optional(v.id("operations")),
    expiresAt: v.number(),
  })
    .index("by_tenant", ["tenantId"])
    .index("by_expiresAt", ["expiresAt"]),

  // An agent's server. Written by deploy:create and by the operations on it, one at a time; never removed. What its
  // server reports is in `instances`, so that heartbeats and operations do not wait for each other.
  deployments: defineTable({
    tenantId: v.id("tenants"),
    ...vSpec,
    status: literals(...DEPLOYMENT_STATUSES),
    /** The configuration that is wanted: the newest of its versions. */
    generation: v.number(),
    serverId: v.optional(v.string()),
    address: v.optional(v.string()),
    /** The operation that made its server, which carries this id as a label. */
    createdIn: v.optional(v.id("operations")),
    /** The operation that is changing it now: nobody else may. */
    operationId: v.optional(v.id("operations")),
    problem: v.optional(v.string()),
    createdBy: v.string(),
    /** It has no server any more, and its name is free. */
    endedAt: v.optional(v.number()),
  })
    .index("by_tenant", ["tenantId"])
    .index("by_tenant_endedAt", ["tenantId", "endedAt"])
    .index("by_tenant_endedAt_provider", ["tenantId", "endedAt", "provider"])
    .index("by_tenant_endedAt_name", ["tenantId", "endedAt", "name"]),

  // Every configuration a deployment had. Written once by deploy:create, update and rollback; what its image's tag means is
  // added when its server first runs it.
  deploymentVersions: defineTable({
    tenantId: v.id("tenants"),
    deploymentId: v.id("deployments"),
    generation: v.number(),
    configuration: vConfiguration,
    changes: v.array(v.string()),
    /** The generation that it goes back to, and stands for. */
    restores: v.optional(v.number()),
    reason: v.optional(v.string()),
    createdBy: v.string(),
  })
    .index("by_tenant", ["tenantId"])
    .index("by_deployment_generation", ["deploymentId", "generation"]),

  // What changes a deployment, step by step: see "An operation" in README.md. Written by operations:* alone once it is
  // there. `seq` fences: each transition raises it, and a call that carries another is late and changes nothing.
  operations: defineTable({
    tenantId: v.id("tenants"),
    deploymentId: v.id("deployments"),
    provider: vProvider,
    kind: literals(...OPERATION_KINDS),
    state: literals(...OPERATION_STATES),
    seq: v.number(),
    tries: v.number(),
    /** When whoever works on the current state is taken for dead; absent once it is done. */
    leaseUntil: v.optional(v.number()),
    /** When the current state began, and when it is given up. */
    enteredAt: v.number(),
    giveUpAt: v.optional(v.number()),
    /** Until then a call that creates a server may be under way. */
    createUntil: v.optional(v.number()),
    /** Provider actions that the current state waits for. */
    pending: v.optional(v.array(v.string())),
    /** How it will end after `destroy`, and why. */
    ending: v.optional(literals("failed", "cancelled")),
    problem: v.optional(v.string()),
    outcome: v.optional(literals(...OUTCOMES)),
    leftover: v.optional(v.literal(true)),
    createdBy: v.string(),
    endedAt: v.optional(v.number()),
  })
    .index("by_tenant", ["tenantId"])
    .index("by_deployment", ["deploymentId"])
    .index("by_leaseUntil", ["leaseUntil"]),

  // What a deployment's server says of itself. Made with the deployment; written when it enrols, by the door's flushes of
  // heartbeats and by its reports, never by operations.
  instances: defineTable({
    tenantId: v.id("tenants"),
    deploymentId: v.id("deployments"),
    /** Its own key, once it has enrolled. */
    keyId: v.optional(v.string()),
    enrolledAt: v.optional(v.number()),
    sshHostKey: v.optional(v.string()),
    machineId: v.optional(v.string()),
    /** Of the door's shards the one that hears it. */
    shard: v.optional(v.string()),
    /** When what it is to do, or its key, last changed: what a shard asks for. */
    desiredAt: v.optional(v.number()),
    /** When a secret that it loads last changed. */
    secretsAt: v.optional(v.number()),
    bootId: v.optional(v.string()),
    memoryAvailableMb: v.optional(v.number()),
    rebootRequired: v.optional(v.boolean()),
    health: literals(...HEALTHS),
    healthSince: v.number(),
    /** Why it is not well, in words of ours. */
    healthReason: v.optional(v.string()),
    lastSeenAt: v.optional(v.number()),
    appliedGeneration: v.optional(v.number()),
    /** A generation that the server tried, and went back from. */
    refusedGeneration: v.optional(v.number()),
    imageDigest: v.optional(v.string()),
    /** Which version of each secret it has loaded. */
    secretVersions: v.optional(v.record(v.string(), v.number())),
    load: v.optional(v.number()),
    diskUsed: v.optional(v.number()),
    /** Container's state, as Docker calls it. */
    container: v.optional(v.string()),
    /** Model cost so far, as OpenClaw counts it. */
    costUsd: v.optional(v.number()),
    /** Its last log lines are asked for. */
    logsWantedAt: v.optional(v.number()),
  })
    .index("by_tenant", ["tenantId"])
    .index("by_deployment", ["deploymentId"])
    .index("by_tenant_health_lastSeenAt", ["tenantId", "health", "lastSeenAt"])
    .index("by_shard_desiredAt", ["shard", "desiredAt"])
    .index("by_desiredAt", ["desiredAt"])
    .index("by_shard_health", ["shard", "health"]),

  // What happened to a deployment: told by its server (`instance`), or seen from here. Kept as retention says.
  events: defineTable({
    tenantId: v.id("tenants"),
    deploymentId: v.id("deployments"),
    source: literals("moorage", "instance"),
    severity: literals("info", "warning", "error"),
    kind: v.string(),
    message: v.string(),
    /** When it happened, as its source says. */
    at: v.number(),
  })
    .index("by_tenant", ["tenantId"])
    .index("by_deployment", ["deploymentId"]),

  // The last log lines a server sent when it was asked. One row a deployment.
  instanceLogs: defineTable({
    tenantId: v.id("tenants"),
    deploymentId: v.id("deployments"),
    lines: v.array(v.string()),
    at: v.number(),
  })
    .index("by_tenant_at", ["tenantId", "at"])
    .index("by_deployment", ["deploymentId"]),
};

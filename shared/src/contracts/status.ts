import * as z from "zod";
import { ALERT_KINDS, SEVERITIES } from "../alerts.ts";
import { defineContract } from "../contract.ts";
import { cursor, id, limit, line, moment } from "../fields.ts";
import { connection, deployment, operation as operationShape, price } from "./deploy.ts";

/** Something a person should look at. Times are ISO 8601 in UTC. */
export const alert = z.strictObject({
  id: z.string(),
  kind: z.enum(ALERT_KINDS),
  severity: z.enum(SEVERITIES),
  /** The key that it is about. */
  keyId: z.string().optional(),
  /** What else it is about, such as `deployment:web` or `secret:API_KEY`. */
  about: z.string().optional(),
  message: z.string(),
  count: z.number(),
  firstAt: z.string(),
  lastAt: z.string(),
  /** It is over. */
  resolvedAt: z.string().optional(),
  acknowledgedAt: z.string().optional(),
});
export type Alert = z.infer<typeof alert>;

export const alerts = defineContract({
  path: "status:alerts",
  kind: "query",
  scope: "status:read",
  args: z.strictObject({
    all: z.boolean().optional().describe("also the acknowledged ones"),
    limit: limit.optional(),
    cursor: cursor.optional(),
  }),
  /** Newest first. */
  result: z.strictObject({ alerts: z.array(alert), cursor: z.string().optional() }),
});

export const alertAck = defineContract({
  path: "status:alertAck",
  kind: "mutation",
  scope: "status:write",
  args: z.strictObject({ id }),
  result: z.strictObject({ alert }),
});

const which = line(64).describe("name or id");

/** Where the caller is, and how everything there stands. */
export const overview = defineContract({
  path: "status:overview",
  kind: "query",
  scope: "status:read",
  args: z.strictObject({}),
  result: z.strictObject({
    tenant: z.string(),
    key: z.strictObject({ id: z.string(), agent: z.string().optional(), scopes: z.array(z.string()) }),
    /** Where servers and people reach it from elsewhere. */
    publicUrl: z.string().optional(),
    /** How many deployments there are of each status, and of each health. */
    statuses: z.record(z.string(), z.number()),
    healths: z.record(z.string(), z.number()),
    /** So many of them are no servers. */
    simulated: z.number().optional(),
    /** Those that are not as they should be. */
    attention: z.array(deployment),
    /** They cost, and do nothing. */
    idle: z.array(z.string()),
    connections: z.array(connection),
    /** Of what runs, a month, by currency. */
    cost: z.array(price),
    openAlerts: z.number(),
    /** When a job last ran: without one for long, nobody watches. */
    schedulerRanAt: z.string().optional(),
    /** When the next one is due; behind us, nobody runs them. */
    nextJobAt: z.string().optional(),
  }),
  untrusted: ["connections[].account"],
});

/** How an operation stands. */
export const operation = defineContract({
  path: "status:operation",
  kind: "query",
  scope: "deploy:read",
  args: z.strictObject({ operation: id }),
  result: z.strictObject({ operation: operationShape }),
});

/** Asks the provider and the server's last word, now. */
export const check = defineContract({
  path: "status:check",
  kind: "action",
  scope: "status:write",
  args: z.strictObject({ deployment: which }),
  result: z.strictObject({
    deployment,
    /** What the provider says of the server. */
    server: z.enum(["starting", "running", "off", "other", "gone", "unknown"]),
    problem: z.string().optional(),
    checkedAt: z.string(),
  }),
});

export const event = z.strictObject({
  id: z.string(),
  deployment: z.string(),
  name: z.string(),
  simulated: z.literal(true).optional(),
  source: z.enum(["moorage", "instance"]),
  severity: z.enum(["info", "warning", "error"]),
  kind: z.string(),
  message: z.string(),
  at: z.string(),
});

export const events = defineContract({
  path: "status:events",
  kind: "query",
  scope: "status:read",
  args: z.strictObject({
    deployment: which.optional(),
    since: moment.optional(),
    limit: limit.optional(),
    cursor: cursor.optional(),
  }),
  /** Newest first. */
  result: z.strictObject({ events: z.array(event), cursor: z.string().optional() }),
  untrusted: ["events[].message"],
});

/** The last lines of the agent's log. Older than a minute, they are asked for anew: the server sends them with its next report. */
export const logs = defineContract({
  path: "status:logs",
  kind: "mutation",
  scope: "status:write",
  args: z.strictObject({ deployment: which }),
  result: z.strictObject({
    simulated: z.literal(true).optional(),
    status: z.enum(["here", "asked"]),
    lines: z.array(z.string()),
    at: z.string().optional(),
  }),
  untrusted: ["lines"],
});

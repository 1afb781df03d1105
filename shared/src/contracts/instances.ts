/** What a deployed server calls, with a key of its own: it enrols, pulls what it is to run, and reports in. */
import * as z from "zod";
import { defineContract } from "../contract.ts";
import { line, opId, secretName } from "../fields.ts";
import { EVENT_CHARS, INSTANCE_EVENTS, INSTANCE_SECRETS, LOG_LINE_CHARS, LOG_LINES } from "../limits.ts";

/** Of a configuration; each change of it has the next number. */
const generation = z.int().min(0);

/** How the gateway's container is: `unhealthy` runs, but does not answer. */
export const CONTAINER_STATES = ["running", "unhealthy", "stopped", "missing"] as const;
export type ContainerState = (typeof CONTAINER_STATES)[number];

/** What comes out of a change on the server; after `rolled_back` the configuration before runs again. */
export const APPLY_OUTCOMES = ["applied", "rolled_back", "failed"] as const;
export type ApplyOutcome = (typeof APPLY_OUTCOMES)[number];

/** What a server says happened on it. */
export const EVENT_KINDS = ["booted", "secrets_loaded", "container_exited", "reboot_required", "note"] as const;

/** What a server is to do; it acts where it differs from what it has done. */
export const desired = z.strictObject({
  generation,
  /** When a secret that it loads last changed, milliseconds since 1970: it pulls them again. */
  secretsAt: z.number(),
  /** Somebody asks for the last lines of its log. */
  logsWanted: z.boolean(),
});
export type Desired = z.infer<typeof desired>;

/** Called with the one-time token as the key, by the claim's holder alone. A repeat before the first heartbeat ends the key before. */
export const redeem = defineContract({
  path: "instances:redeem",
  kind: "action",
  scope: "enroll:instance",
  args: z.strictObject({
    claim: z.uuid(),
    /** Fingerprint of its SSH host key, for whoever connects. */
    sshHostKey: line(128).optional(),
    /** What the provider calls the machine. */
    machineId: line(128).optional(),
  }),
  result: z.strictObject({ instance: z.string(), key: z.string() }),
  sensitive: ["claim"],
});

/** For a machine that has no cloud-init: the same bootstrap as one script, base64. */
export const script = defineContract({
  path: "instances:script",
  kind: "query",
  scope: "enroll:instance",
  args: z.strictObject({}),
  result: z.strictObject({ script: z.string() }),
});

/** What it is to run now. */
export const config = defineContract({
  path: "instances:config",
  kind: "query",
  scope: "instance",
  args: z.strictObject({}),
  result: z.strictObject({
    generation,
    /** `name@sha256:…`; a tag as long as no server has said what it means. */
    image: z.string(),
    /** OpenClaw's configuration, as JSON text. */
    openclaw: z.string(),
    /** Names of the secrets that go with it. */
    secrets: z.array(z.string()),
    /** The secret that a Cloudflare tunnel runs with. */
    tunnelSecret: z.string().optional(),
  }),
});

/** The values of its secrets, base64 of their bytes. On record before anything leaves. */
export const secrets = defineContract({
  path: "instances:secrets",
  kind: "action",
  scope: "instance",
  args: z.strictObject({}),
  result: z.strictObject({
    secrets: z.array(z.strictObject({ name: z.string(), version: z.number(), value: z.string() })),
    missing: z.array(z.string()),
    secretsAt: z.number(),
  }),
});

/** What a server says of itself every 30 seconds. Figures that it cannot tell are absent. */
export const heartbeat = defineContract({
  path: "instances:heartbeat",
  kind: "mutation",
  scope: "instance",
  args: z.strictObject({
    /** The configuration that runs; 0 before the first. */
    generation,
    container: z.enum(CONTAINER_STATES),
    /** New after each start of the machine. */
    bootId: line(64),
    /** That runs, by its digest. */
    image: line(256).optional(),
    /** Versions of the secrets that it loaded. */
    secrets: z.array(z.strictObject({ name: secretName, version: z.int().min(1) })).max(INSTANCE_SECRETS),
    load: z.number().min(0).max(10_000).optional(),
    diskUsedPercent: z.number().min(0).max(100).optional(),
    memoryAvailableMb: z.int().min(0).optional(),
    rebootRequired: z.boolean().optional(),
    /** What its models have cost since the gateway started, in US dollars. */
    modelCostUsd: z.number().min(0).max(1e9).optional(),
  }),
  result: desired,
});

export type Beat = z.infer<typeof heartbeat.args>;

/** How a change went. */
export const report = defineContract({
  path: "instances:report",
  kind: "mutation",
  scope: "instance",
  args: z.strictObject({
    /** The configuration that was to be applied. */
    generation,
    outcome: z.enum(APPLY_OUTCOMES),
    /** What runs now, by its digest. */
    image: line(256).optional(),
    /** Where it failed, and what was said there. */
    detail: z.string().max(EVENT_CHARS).optional(),
    opId,
  }),
  result: z.strictObject({ noted: z.literal(true) }),
});

export const events = defineContract({
  path: "instances:events",
  kind: "mutation",
  scope: "instance",
  args: z.strictObject({
    events: z
      .array(
        z.strictObject({
          kind: z.enum(EVENT_KINDS),
          message: z.string().max(EVENT_CHARS),
          /** Milliseconds since 1970, by the server's clock. */
          at: z.number().min(0),
        }),
      )
      .min(1)
      .max(INSTANCE_EVENTS),
    opId,
  }),
  result: z.strictObject({ noted: z.literal(true) }),
});

/** The last lines of the gateway's log, because the heartbeat's answer asked for them. Kept without what looks like a secret or is one. */
export const logs = defineContract({
  path: "instances:logs",
  kind: "action",
  scope: "instance",
  args: z.strictObject({ lines: z.array(z.string().max(LOG_LINE_CHARS)).max(LOG_LINES), opId }),
  result: z.strictObject({ noted: z.literal(true) }),
});

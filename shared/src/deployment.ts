/** The words for deployments that every layer uses. */

/** `host` is a machine of the user's own; `simulated` is none at all, and says so in every answer. */
export const PROVIDERS = ["hetzner", "digitalocean", "host", "simulated"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Providers that are called over the network, with a credential. */
export const CLOUDS = ["hetzner", "digitalocean"] as const satisfies readonly Provider[];
export type Cloud = (typeof CLOUDS)[number];
export const isCloud = (provider: Provider): provider is Cloud => (CLOUDS as readonly Provider[]).includes(provider);

/** How a server is hardened. */
export const PROFILES = ["standard", "production_hardened"] as const;
export type Profile = (typeof PROFILES)[number];

/** Where a deployment is in its life; `failed` and `destroyed` have no server, and give their name free. */
export const DEPLOYMENT_STATUSES = ["creating", "running", "stopped", "destroying", "failed", "destroyed"] as const;
export type DeploymentStatus = (typeof DEPLOYMENT_STATUSES)[number];

/** What its server's heartbeats say. */
export const HEALTHS = ["unknown", "healthy", "degraded", "unreachable"] as const;
export type Health = (typeof HEALTHS)[number];

/** What changes a deployment; one at a time. `apply` brings a new configuration onto the server. */
export const OPERATION_KINDS = ["create", "apply", "start", "stop", "restart", "destroy"] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** The states of the machine in convex/README.md. */
export const OPERATION_STATES = [
  "create_server",
  "wait_server_ready",
  "enrol",
  "verify_heartbeat",
  "control",
  "apply",
  "destroy",
  "done",
] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

export const OUTCOMES = ["succeeded", "failed", "cancelled"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A deployment's name: one label of a host's name, with room for what makes its server's name unique. */
export const DEPLOYMENT_NAME = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
export const DEPLOYMENT_NAME_RULE =
  "must be 1 to 40 small letters, digits and dashes, beginning with a letter and not ending with a dash";

/** A container's image by a tag, by its digest, or by both: then the digest counts. */
export const IMAGE =
  /^[a-z0-9]+(?:[._/:-][a-z0-9]+)*(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$/;

/** A tag that is meant to move: nobody could say what will run. */
export const MOVING_TAG = /:latest(?:-[A-Za-z0-9._-]*)?$/;

/** A channel as OpenClaw calls it. */
export const CHANNEL = /^[a-z][a-z0-9-]{0,31}$/;
export const CHANNEL_RULE = "must be a channel's name, such as telegram";

/** A model as OpenClaw calls it: its provider, then its name there, which may have parts of its own. */
export const MODEL = /^[a-z0-9][a-z0-9._-]{0,63}(?:\/[A-Za-z0-9@][A-Za-z0-9._:@+-]{0,63}){1,4}$/;
export const MODEL_RULE = 'must be a model with its provider, such as "openai/gpt-5"';

/** One line of `authorized_keys`, without options: OpenSSH's own kinds, and a comment that is nothing but one. */
export const SSH_PUBLIC_KEY =
  /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) AAAA[A-Za-z0-9+/]{40,1200}={0,3}(?: [A-Za-z0-9@._+-]{1,64})?$/;
export const SSH_PUBLIC_KEY_RULE = 'must be a public key in one line, such as "ssh-ed25519 AAAA… you@example.com"';

/** What a new deployment runs; its first server says which digest that is. */
export const DEFAULT_IMAGE = "ghcr.io/openclaw/openclaw:2026.9.6";

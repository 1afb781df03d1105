import type { ListedVerb } from "../verb.ts";

/** Every verb there is, by name. A tool of the same name yields to it. */
export const VERBS: readonly ListedVerb[] = [
  {
    name: "alerts webhook",
    title: "Where alerts are sent: set, test, off",
    load: () => import("./alerts/webhook.ts"),
  },
  { name: "approve", title: "Say yes or no to what waits for a person", load: () => import("./approve.ts") },
  {
    name: "backup",
    title: "All that is kept here, keys included, in one sealed file",
    load: () => import("./backup.ts"),
  },
  {
    name: "deploy connect",
    title: "Connect an account at a provider, its token typed unseen",
    load: () => import("./deploy/connect.ts"),
  },
  {
    name: "deploy host",
    title: "The line that makes a machine of your own a server",
    load: () => import("./deploy/host.ts"),
  },
  { name: "doctor", title: "Say what is wrong here, and how to mend it", load: () => import("./doctor.ts") },
  { name: "init", title: "Enter Moorage into the MCP clients of this machine", load: () => import("./init.ts") },
  { name: "keys create", title: "Make an API key, or a code for one", load: () => import("./keys/create.ts") },
  { name: "keys list", title: "Keys, their scopes and their last use", load: () => import("./keys/list.ts") },
  { name: "keys revoke", title: "End a key at once", load: () => import("./keys/revoke.ts") },
  { name: "keys rotate", title: "Make a new key in place of another", load: () => import("./keys/rotate.ts") },
  { name: "login", title: "Keep the key of a Moorage elsewhere", load: () => import("./login.ts") },
  { name: "logout", title: "Forget such a key", load: () => import("./logout.ts") },
  {
    name: "memory approve",
    title: "Let what others wrote into contexts, or keep it out",
    load: () => import("./memory/approve.ts"),
  },
  {
    name: "memory retention",
    title: "How long memories and logs are kept",
    load: () => import("./memory/retention.ts"),
  },
  { name: "memory review", title: "What others wrote and waits for that", load: () => import("./memory/review.ts") },
  {
    name: "memory embeddings off",
    title: "Search by words alone",
    load: () => import("./memory/embeddings/off.ts"),
  },
  {
    name: "memory embeddings set",
    title: "Let search find what is meant",
    load: () => import("./memory/embeddings/set.ts"),
  },
  {
    name: "memory embeddings status",
    title: "Which service gives memories their meaning",
    load: () => import("./memory/embeddings/status.ts"),
  },
  { name: "memory export", title: "Everything remembered, as a file", load: () => import("./memory/export.ts") },
  { name: "memory import", title: "Bring in what another tool remembered", load: () => import("./memory/import.ts") },
  { name: "policy get", title: "Who may approve", load: () => import("./policy/get.ts") },
  { name: "policy set", title: "Say who may approve", load: () => import("./policy/set.ts") },
  { name: "restore", title: "Put a backup in its place", load: () => import("./restore.ts") },
  { name: "run", title: "Start a program with its secrets", load: () => import("./run.ts") },
  {
    name: "secret delete",
    title: "Delete a secret, after a look at who uses it",
    load: () => import("./secret/delete.ts"),
  },
  { name: "secret export", title: "Secrets in the clear, for a person", load: () => import("./secret/export.ts") },
  { name: "secret list", title: "Secrets by name, never their values", load: () => import("./secret/list.ts") },
  { name: "secret set", title: "Set a secret, typed unseen or from a file", load: () => import("./secret/set.ts") },
  { name: "serve", title: "Keep the jobs running, and let servers report in", load: () => import("./serve.ts") },
  {
    name: "service install",
    title: "Keep the jobs running while no client is open",
    load: () => import("./service/install.ts"),
  },
  { name: "service uninstall", title: "End that", load: () => import("./service/uninstall.ts") },
  { name: "uninstall", title: "Take those entries out again", load: () => import("./uninstall.ts") },
  { name: "down", title: "Take a Moorage in the cloud down", load: () => import("./down.ts") },
  { name: "up", title: "Put Moorage on your own Cloudflare and Convex", load: () => import("./up.ts") },
  {
    name: "status retention",
    title: "How long events, runs and alerts are kept",
    load: () => import("./status/retention.ts"),
  },
];

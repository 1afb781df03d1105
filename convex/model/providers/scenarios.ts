/** What a simulated server does, chosen by its region: every answer that names one says that it is simulated. */
import type { Failure } from "./types.ts";

export interface Scenario {
  title: string;
  /** What the first calls to create a server come to; without an end, what all of them do. */
  create?: Failure & { calls?: number };
  /** The first call makes the server, but its answer is lost. */
  losesFirstReply?: true;
  boot?: "fails" | "never";
  /** `never`: it does not report in. `stops`, `degrades`: a minute after its start. */
  reports?: "never" | "stops" | "degrades";
  /** It cannot apply a new configuration, and keeps the old one. */
  apply?: "fails";
  /** It goes on with the versions of its secrets that it loaded first. */
  secrets?: "old";
  destroy?: Failure & { calls: number };
}

const failure = (failed: Omit<Failure, "ok" | "message">, message: string): Failure => ({
  ok: false,
  message: `Simulated: ${message}`,
  ...failed,
});

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "sim-1": { title: "all goes well" },
  "sim-quota": {
    title: "no server is made: the account's limit is reached",
    create: failure({ class: "quota" }, "the account's limit of servers is reached."),
  },
  "sim-unavailable": {
    title: "no server is made: the size is sold out",
    create: failure({ class: "unavailable" }, "this size cannot be had in this region now."),
  },
  "sim-credential": {
    title: "no server is made: the credential is refused",
    create: failure({ class: "auth" }, "the provider refused the credential."),
  },
  "sim-busy": {
    title: "the first two calls that create a server are turned away",
    create: { ...failure({ class: "retryable", retryAfterMs: 500 }, "too many calls."), calls: 2 },
  },
  "sim-lost-reply": { title: "the server is made, but the answer is lost", losesFirstReply: true },
  "sim-boot-fails": { title: "the server does not start", boot: "fails" },
  "sim-boot-hangs": { title: "the server never gets ready", boot: "never" },
  "sim-never-reports": { title: "the server starts, but never reports in", reports: "never" },
  "sim-goes-silent": { title: "the server works, and falls silent after a minute", reports: "stops" },
  "sim-degrades": { title: "the server works, and its agent stops answering after a minute", reports: "degrades" },
  "sim-apply-fails": { title: "the server cannot apply a change, and rolls back", apply: "fails" },
  "sim-secrets-stay": { title: "the server works, but never loads the new version of a secret", secrets: "old" },
  "sim-destroy-busy": {
    title: "the first call that destroys the server is turned away",
    destroy: { ...failure({ class: "retryable", retryAfterMs: 500 }, "the server is locked."), calls: 1 },
  },
};

/** The work of each state at the provider: what was done, as data. Every step may be done again. */

import { OPERATION_KINDS, OPERATION_STATES, PROFILES } from "@moorage/shared/deployment";
import { type Infer, v } from "convex/values";
import { literals } from "convex-helpers/validators";
import { vProvider } from "../../tables/deploy.ts";
import type { Failure, PowerChange, Provider, Server } from "../providers/types.ts";
import { QUIET_MS, type Result } from "./machine.ts";

/** What an action has to know; it reads nothing more. */
export const vJob = v.object({
  operationId: v.id("operations"),
  /** Fences the report. */
  seq: v.number(),
  tenantId: v.id("tenants"),
  provider: vProvider,
  kind: literals(...OPERATION_KINDS),
  state: literals(...OPERATION_STATES),
  pending: v.optional(v.array(v.string())),
  /** When the state was entered. */
  since: v.number(),
  deploymentId: v.id("deployments"),
  name: v.string(),
  region: v.string(),
  size: v.string(),
  profile: literals(...PROFILES),
  sshKey: v.optional(v.string()),
  instanceId: v.id("instances"),
  serverId: v.optional(v.string()),
  /** The operation that makes, or made, the server: it has the same name and label in every retry. */
  attempt: v.id("operations"),
});
export type Job = Infer<typeof vJob>;

export interface Done {
  result: Result;
  server?: { id: string; address?: string };
}

/** A polite stop that takes longer becomes an impolite one. */
const POLITE_MS = 60_000;

export async function work(provider: Provider, job: Job, userData: () => Promise<string | undefined>): Promise<Done> {
  switch (job.state) {
    case "create_server":
      return createServer(provider, job, await userData());
    case "wait_server_ready":
      return waitReady(provider, job);
    case "control":
      return { result: await control(provider, job) };
    default:
      return { result: await destroy(provider, job) };
  }
}

const serverNameOf = ({ name, attempt }: Job) => `${name}-${attempt.slice(-8)}`.toLowerCase();

async function createServer(provider: Provider, job: Job, userData: string | undefined): Promise<Done> {
  if (userData === undefined)
    return {
      // Another process of this machine may have been given one.
      result: { type: "retry", problem: "A new server could not report in: there is no public address here." },
    };
  const { tenantId, deploymentId, attempt, region, size } = job;
  const labels = { owner: tenantId, deployment: deploymentId, attempt };
  const made = await provider.createServer({ name: serverNameOf(job), labels, region, size, userData });
  if (!made.ok) return { result: resultOf(made) };
  return { result: { type: "done", pending: made.pending }, server: seen(made.server) };
}

async function waitReady(provider: Provider, job: Job): Promise<Done> {
  const { serverId = "" } = job;
  const progress = await provider.progress(serverId, job.pending ?? []);
  if (!progress.ok) return { result: resultOf(progress) };
  if (progress.state === "running") return { result: { type: "again" } };
  if (progress.state !== "done")
    return { result: { type: "fail", problem: "The provider could not start the server." } };
  const found = await provider.getServer(serverId);
  if (!found.ok) return { result: resultOf(found) };
  if (found.server === null) return { result: { type: "fail", problem: "The server is gone." } };
  if (found.server.state !== "running") return { result: { type: "again", pending: [] } };
  const others = await removeOthers(provider, job, serverId);
  return { result: others ?? { type: "done" }, server: seen(found.server) };
}

/** Where names are not unique, two requests that crossed may both have made a server: one stays. */
async function removeOthers(provider: Provider, job: Job, serverId: string): Promise<Result | undefined> {
  const found = await provider.findByLabel({ attempt: job.attempt });
  if (!found.ok) return resultOf(found);
  for (const { id } of found.servers) {
    const gone = id === serverId ? undefined : await provider.destroy(id);
    if (gone?.ok === false) return resultOf(gone);
  }
  return undefined;
}

async function control(provider: Provider, { serverId, kind, pending, since }: Job): Promise<Result> {
  if (serverId === undefined) return { type: "fail", problem: "There is no server." };
  const isRude = kind === "stop" && Date.now() - since > POLITE_MS;
  const ask = async (): Promise<Result> => {
    const asked = await provider.power(serverId, kind as PowerChange, isRude);
    return asked.ok ? { type: "again", pending: asked.pending } : resultOf(asked);
  };
  if (pending === undefined) return ask();
  const progress = await provider.progress(serverId, pending);
  if (!progress.ok) return resultOf(progress);
  if (progress.state === "gone") return { type: "fail", problem: "The server is gone." };
  if (progress.state === "running") return { type: "again" };
  if (progress.state === "failed") return ask();
  const found = await provider.getServer(serverId);
  if (!found.ok) return resultOf(found);
  if (found.server === null) return { type: "fail", problem: "The server is gone." };
  if (found.server.state === (kind === "stop" ? "off" : "running")) return { type: "done" };
  return isRude ? ask() : { type: "again" };
}

/** By its id and by its label: a reply that was lost never told the id. Gone is what is not found again. */
async function destroy(provider: Provider, { serverId, attempt }: Job): Promise<Result> {
  const found = await provider.findByLabel({ attempt });
  if (!found.ok) return mayPass(found);
  const ids = new Set([...found.servers.map(({ id }) => id), ...(serverId === undefined ? [] : [serverId])]);
  for (const id of ids) {
    const gone = await provider.destroy(id);
    if (!gone.ok) return mayPass(gone);
  }
  return found.servers.length === 0 ? { type: "done" } : { type: "again" };
}

const seen = ({ id, ipv4, ipv6 }: Server) => {
  const address = ipv4 ?? ipv6;
  return { id, ...(address === undefined ? {} : { address }) };
};

function resultOf(failure: Failure): Result {
  const { class: kind, message: problem, retryAfterMs } = failure;
  if (kind === "retryable") return mayPass(failure);
  if (kind === "unknown") return { type: "retry", problem, afterMs: Math.max(QUIET_MS, retryAfterMs ?? 0) };
  return { type: "fail", problem };
}

/** A server must not stay because a credential was wrong for a while. */
const mayPass = ({ message: problem, retryAfterMs }: Failure): Result => ({
  type: "retry",
  problem,
  ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }),
});

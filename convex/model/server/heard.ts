/** What a server was heard saying, or that it has said nothing, put into its row; a change of health is an event. */
import type { Beat, ContainerState } from "@moorage/shared/contracts/instances";
import type { Heard } from "@moorage/shared/contracts/presence";
import type { Health } from "@moorage/shared/deployment";
import { UNREACHABLE_MS } from "@moorage/shared/presence";
import type { Doc } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import { pin } from "../deploy/versions.ts";
import { canonicalJson } from "../encoding.ts";
import { given } from "../given.ts";
import { changed } from "../health.ts";
import { notice } from "../operations/operations.ts";
import { hasHad, type InstanceRow } from "./instances.ts";
import { loaded } from "./rotation.ts";

/** Beyond it, writes fail soon. */
const DISK_FULL_PERCENT = 95;

const CONTAINER_PROBLEMS: Record<Exclude<ContainerState, "running">, string> = {
  unhealthy: "the gateway does not answer",
  stopped: "the gateway has stopped",
  missing: "the gateway is not there",
};

export async function hear(ctx: MutationCtx, instance: InstanceRow, heard: Omit<Heard, "instance" | "keyId">) {
  const { beat, lastSeenAt } = heard;
  const { health, why } = healthOf(heard);
  // Its own report has said so, unless that was lost.
  const isNew = beat !== undefined && beat.generation !== instance.appliedGeneration;
  const isBelieved = !isNew || (await hasHad(ctx, instance, beat.generation));
  if (isNew && isBelieved) await pin(ctx, instance.deploymentId, beat);
  await ctx.db.patch("instances", instance._id, {
    lastSeenAt: Math.max(lastSeenAt, instance.lastSeenAt ?? 0),
    ...(beat === undefined ? {} : figuresOf(beat)),
    ...(isBelieved ? {} : { appliedGeneration: instance.appliedGeneration }),
  });
  if (beat !== undefined && !isSame(instance.secretVersions, versionsOf(beat)))
    await loaded(ctx, instance._id, beat.secrets);
  // What it was last known to be stands as long as it only says that it is alive.
  if (heard.silent || beat !== undefined) await become(ctx, instance, health, why);
  if (beat !== undefined) await notice(ctx, instance.deploymentId);
}

export async function become(ctx: MutationCtx, instance: InstanceRow, health: Health, why: string): Promise<void> {
  const healthReason = health === "healthy" ? undefined : why;
  if (instance.health === health) {
    if (instance.healthReason !== healthReason) await ctx.db.patch("instances", instance._id, { healthReason });
    return;
  }
  const now = Date.now();
  await ctx.db.patch("instances", instance._id, { health, healthSince: now, healthReason });
  const severity = ({ healthy: "info", unknown: "warning", degraded: "warning", unreachable: "error" } as const)[
    health
  ];
  await happened(ctx, instance, {
    source: "moorage",
    severity,
    kind: `health_${health}`,
    message: `${instance.health} → ${health}: ${why}`,
    at: now,
  });
  await changed(ctx, instance);
}

/** Since it was switched on. One that had been silent before is told as well. */
export async function missed(ctx: MutationCtx, instance: InstanceRow, since: number): Promise<void> {
  const deployment = await ctx.db.get("deployments", instance.deploymentId);
  if (deployment?.status !== "running" || (instance.lastSeenAt ?? 0) >= since) return;
  await become(ctx, instance, "unreachable", "it has not reported in since it was switched on");
  await changed(ctx, instance);
}

type Happening = Pick<Doc<"events">, "source" | "severity" | "kind" | "message" | "at">;

export async function happened(ctx: MutationCtx, instance: InstanceRow, event: Happening): Promise<void> {
  const { tenantId, deploymentId } = instance;
  await ctx.db.insert("events", { tenantId, deploymentId, ...event });
}

function healthOf({ silent, lastSeenAt, beat }: Pick<Heard, "silent" | "lastSeenAt" | "beat">): {
  health: Health;
  why: string;
} {
  if (silent) {
    const isGone = Date.now() - lastSeenAt >= UNREACHABLE_MS;
    return { health: isGone ? "unreachable" : "degraded", why: `silent since ${new Date(lastSeenAt).toISOString()}` };
  }
  if (beat !== undefined && beat.container !== "running")
    return { health: "degraded", why: CONTAINER_PROBLEMS[beat.container] };
  if ((beat?.diskUsedPercent ?? 0) >= DISK_FULL_PERCENT) return { health: "degraded", why: "the disk is nearly full" };
  return { health: "healthy", why: "it reports and answers" };
}

const versionsOf = ({ secrets }: Beat): Record<string, number> =>
  Object.fromEntries(secrets.map(({ name, version }) => [name, version]));

const isSame = (a: Record<string, number> | undefined, b: Record<string, number>): boolean =>
  a !== undefined && canonicalJson(a) === canonicalJson(b);

function figuresOf(beat: Beat): Partial<InstanceRow> {
  const { generation, container, bootId, image, load, diskUsedPercent, memoryAvailableMb } = beat;
  return {
    appliedGeneration: generation,
    container,
    bootId,
    ...given({
      imageDigest: image,
      load,
      diskUsed: diskUsedPercent,
      memoryAvailableMb,
      rebootRequired: beat.rebootRequired,
      costUsd: beat.modelCostUsd,
    }),
  };
}

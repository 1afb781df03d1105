/** What deployed servers call, each with a key of its own. */
import { createApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import type { ResultOf } from "@moorage/shared/contract";
import * as contracts from "@moorage/shared/contracts/instances";
import { AppError } from "@moorage/shared/errors";
import { internal } from "./_generated/api.ts";
import { authedAction, authedMutation, authedQuery } from "./lib/functions.ts";
import { pinned } from "./model/deploy/image.ts";
import { publicUrl } from "./model/deploy/publicUrl.ts";
import { pin } from "./model/deploy/versions.ts";
import { base64 } from "./model/encoding.ts";
import { notice } from "./model/operations/operations.ts";
import { redact, redactValues } from "./model/scan/redact.ts";
import { type Found, openAll, subjectsOf } from "./model/secrets/open.ts";
import { bootstrapScript } from "./model/server/bootstrap.ts";
import { requireEnrolling } from "./model/server/enrolment.ts";
import { happened, hear } from "./model/server/heard.ts";
import { deploymentOf, desiredOf, hasHad, requireOwn, wantedVersion } from "./model/server/instances.ts";
import { openclawConfig } from "./model/server/openclaw.ts";
import { severityOf, told } from "./model/server/told.ts";

export const redeem = authedAction(contracts.redeem, async (ctx, asked): Promise<ResultOf<typeof contracts.redeem>> => {
  const { keyId, secret, text } = createApiKey();
  const proofHash = await proofHashOf(await proofOf(secret));
  const { instance } = await ctx.runMutation(internal.instanceWrites.redeem, { ...asked, keyId, proofHash });
  return { instance, key: text };
});

/** As the command that its owner runs asks for it. */
export const script = authedQuery(contracts.script, async (ctx) => {
  const { name, profile } = await deploymentOf(ctx, await requireEnrolling(ctx));
  const url = publicUrl();
  if (url === undefined) throw new AppError("needs_public_url");
  return { script: base64(bootstrapScript({ name, profile, url, sshKeys: [], isOwn: true })) };
});

export const config = authedQuery(contracts.config, async (ctx) => {
  const { generation, configuration } = await wantedVersion(ctx, await requireOwn(ctx));
  const { secrets, tunnelSecret } = configuration;
  return {
    generation,
    image: pinned(configuration),
    openclaw: JSON.stringify(openclawConfig(configuration)),
    secrets,
    ...(tunnelSecret === undefined ? {} : { tunnelSecret }),
  };
});

export const secrets = authedAction(contracts.secrets, async (ctx): Promise<ResultOf<typeof contracts.secrets>> => {
  const { found, missing, secretsAt }: { found: Found[]; missing: string[]; secretsAt: number } = await ctx.runQuery(
    internal.instanceWrites.toLoad,
    {},
  );
  const opened = await openAll(ctx, found);
  const delivered = found.map(({ place: { name }, secretId, version }) => ({ name, secretId, version }));
  await ctx.runMutation(internal.instanceWrites.recordLoad, { secrets: delivered, subjects: subjectsOf(found) });
  const values = opened.map(({ name, version, value }) => ({ name, version, value: base64(value) }));
  return { secrets: values, missing, secretsAt };
});

/** Where no `Presence` is in front, every heartbeat comes here. */
export const heartbeat = authedMutation(contracts.heartbeat, async (ctx, beat) => {
  const instance = await requireOwn(ctx);
  await hear(ctx, instance, { lastSeenAt: Date.now(), silent: false, beat });
  return desiredOf(ctx, instance);
});

export const report = authedMutation(
  contracts.report,
  async (ctx, { generation, outcome, image, detail = "", opId }) => {
    const instance = await requireOwn(ctx);
    ctx.subjects.push(`deployment:${instance.deploymentId}`);
    if (!(await hasHad(ctx, instance, generation)))
      throw new AppError("invalid_input", "generation: there is none so new for this server");
    return told(ctx, { path: contracts.report.path, opId, turn: "reports" }, async () => {
      const isApplied = outcome === "applied";
      await ctx.db.patch(
        "instances",
        instance._id,
        isApplied ? { appliedGeneration: generation, refusedGeneration: undefined } : { refusedGeneration: generation },
      );
      if (isApplied) await pin(ctx, instance.deploymentId, { generation, image });
      await happened(ctx, instance, {
        source: "instance",
        severity: isApplied ? "info" : "error",
        kind: `apply_${outcome}`,
        message: `configuration ${generation}${detail === "" ? "" : `: ${redact(detail)}`}`,
        at: Date.now(),
      });
      await notice(ctx, instance.deploymentId);
    });
  },
);

export const events = authedMutation(contracts.events, async (ctx, { events: list, opId }) => {
  const instance = await requireOwn(ctx);
  return told(ctx, { path: contracts.events.path, opId, turn: "events", count: list.length }, async () => {
    for (const { kind, message, at } of list)
      await happened(ctx, instance, {
        source: "instance",
        severity: severityOf(kind),
        kind,
        message: redact(message),
        // A server's clock may be wrong; nothing happened before it was one, or later than it was told.
        at: Math.min(Math.max(at, instance.enrolledAt ?? 0), Date.now()),
      });
  });
});

/** Not every server takes its secrets out of what it sends. The values leave nothing but their absence. */
export const logs = authedAction(
  contracts.logs,
  async (ctx, { lines, opId }): Promise<ResultOf<typeof contracts.logs>> => {
    const values = await openAll(ctx, await ctx.runQuery(internal.instanceWrites.given, {}));
    const text = redactValues(
      lines.join("\n"),
      values.map(({ value }) => value),
    );
    return ctx.runMutation(internal.instanceWrites.keepLogs, { lines: text.split("\n"), opId });
  },
);

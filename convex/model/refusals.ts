/** Calls that were refused, as the door tells them: their own transactions left nothing behind. */
import type { ErrorCode } from "@moorage/shared/errors";
import type { Id } from "../_generated/dataModel.ts";
import type { MutationCtx } from "../_generated/server.ts";
import { raise } from "./alerts.ts";
import { append } from "./audit/record.ts";
import { findKey } from "./principal.ts";

/** So many refusals of one key in a minute are no slip. */
const BURST = 20;

export interface Refusal {
  keyId: string;
  function?: string | undefined;
  code: ErrorCode;
  /** Minutes since 1970. */
  minute: number;
  count: number;
}

/** Answers whether it was noted: what names no key of anyone's is not, or strangers could make us write. */
export async function note(ctx: MutationCtx, refusal: Refusal): Promise<boolean> {
  const key = await findKey(ctx, refusal.keyId);
  if (key === null) return false;
  const { tenantId, keyId, name } = key;
  const { code, count, minute } = refusal;
  await append(ctx, {
    tenantId,
    keyId,
    function: refusal.function ?? "",
    outcome: code,
    subjects: [`minute:${new Date(minute * 60_000).toISOString().slice(0, 16)}Z`],
    count,
  });
  if (code === "network_refused") {
    const message = `The key "${name}" was shown from outside its allowed networks.`;
    await raise(ctx, { tenantId, kind: "key_outside_networks", keyId, message, count });
  } else if (code === "token_used" && key.purpose?.kind === "enrollInstance") {
    const server = await serverOf(ctx, key.purpose.instanceId);
    const message = `The one-time token of ${server} was shown by somebody else than its first holder, or once more.`;
    await raise(ctx, { tenantId, kind: "enrolment_refused", keyId, message, count });
  } else if (count >= BURST) {
    const message = `Many calls with the key "${name}" were refused in a short time (${code}).`;
    await raise(ctx, { tenantId, kind: "key_refusals", keyId, message, count });
  }
  return true;
}

async function serverOf(ctx: MutationCtx, instanceId: Id<"instances">): Promise<string> {
  const instance = await ctx.db.get("instances", instanceId);
  const deployment = instance === null ? null : await ctx.db.get("deployments", instance.deploymentId);
  return deployment === null ? "a server" : `the server "${deployment.name}"`;
}

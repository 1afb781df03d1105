/** Whether the credentials that tenants gave still open their accounts. */
import type { Cloud } from "@moorage/shared/deployment";
import { internal } from "../../_generated/api.ts";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { ActionCtx, MutationCtx } from "../../_generated/server.ts";
import { raise, resolve } from "../alerts.ts";
import { credentialFor, findConnection } from "../deploy/connections.ts";
import { openProvider } from "../providers/open.ts";
import type { Failure, Outcome } from "../providers/types.ts";

export type Connected = Pick<Doc<"connections">, "provider" | "version">;

export async function checkProviders(ctx: ActionCtx, tenantId: Id<"tenants">): Promise<string> {
  const connected: Connected[] = await ctx.runQuery(internal.jobWork.connections, { tenantId });
  const failing: string[] = [];
  for (const { provider, version } of connected) {
    const outcome = await verify(ctx, tenantId, provider);
    const found = { tenantId, provider, version, ...(outcome.ok ? {} : { failure: without(outcome) }) };
    await ctx.runMutation(internal.jobWork.noteConnection, found);
    if (!outcome.ok) failing.push(`${provider}: ${outcome.message}`);
  }
  if (connected.length === 0) return "No provider is connected.";
  return failing.length === 0 ? "All connections work." : failing.join(" ");
}

async function verify(ctx: ActionCtx, tenantId: Id<"tenants">, provider: Cloud): Promise<Outcome> {
  const credential = await credentialFor(ctx, { tenantId, provider });
  if (credential === undefined) return { ok: false, class: "auth", message: "There is no credential any more." };
  return openProvider(ctx, { name: provider, tenantId, credential }).verifyCredential();
}

const without = ({ class: kind, message }: Failure) => ({ class: kind, message });

/** A refused credential counts at once; a provider that does not answer, the second time. */
export async function noteConnection(
  ctx: MutationCtx,
  found: Connected & { tenantId: Id<"tenants">; failure?: Pick<Failure, "class" | "message"> },
): Promise<void> {
  const { tenantId, provider, version, failure } = found;
  const row = await findConnection(ctx, tenantId, provider);
  // Connected anew in the meantime: what was tried is gone.
  if (row?.version !== version) return;
  const problem = failure?.message;
  const isFailing = failure !== undefined && (failure.class === "auth" || row.problem !== undefined);
  const state = isFailing ? "failing" : "connected";
  await ctx.db.patch("connections", row._id, { state, problem, checkedAt: Date.now() });
  const subject = { tenantId, kind: "provider_failing", about: `provider:${provider}` } as const;
  if (isFailing) await raise(ctx, { ...subject, message: `The connection to ${provider} fails. ${problem}` });
  else if (problem === undefined) await resolve(ctx, subject, `The connection to ${provider} works again.`);
}

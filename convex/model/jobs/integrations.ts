/** Whether what every call relies on works: the keys of secrets and records, the audit trail's sealing, the webhook. */
import { internal } from "../../_generated/api.ts";
import type { Id } from "../../_generated/dataModel.ts";
import type { ActionCtx, MutationCtx, QueryCtx } from "../../_generated/server.ts";
import { raise, resolve } from "../alerts.ts";
import { readKeys } from "../crypto/keySet.ts";
import { openVault } from "../crypto/vault.ts";

/** Records are sealed each minute. */
const UNSEALED_MS = 15 * 60_000;
/** Among so many there is one whose fate is known. */
const DELIVERIES = 50;

export interface Finding {
  name: "secrets" | "audit" | "webhook";
  /** Absent where all is well. */
  problem?: string;
}

export async function checkIntegrations(ctx: ActionCtx, tenantId: Id<"tenants">): Promise<string> {
  const findings: Finding[] = [
    await tried("secrets", "The keys of secrets do not open: see MOORAGE_MASTER_KEYS.", () => openVault(ctx, tenantId)),
    await tried("audit", "There is no key for the audit trail: see MOORAGE_AUDIT_KEYS.", async () =>
      readKeys("MOORAGE_AUDIT_KEYS"),
    ),
    ...(await ctx.runQuery(internal.jobWork.inspect, { tenantId })),
  ];
  const problems = await ctx.runMutation(internal.jobWork.noteFindings, { tenantId, findings });
  return problems === 0 ? "All is well." : `Problems found: ${problems}.`;
}

async function tried(name: Finding["name"], problem: string, work: () => Promise<unknown>): Promise<Finding> {
  return work().then(
    () => ({ name }),
    () => ({ name, problem }),
  );
}

export async function inspect(ctx: QueryCtx, tenantId: Id<"tenants">): Promise<Finding[]> {
  const unsealed = await ctx.db
    .query("auditPending")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    .first();
  const isStuck = unsealed !== null && unsealed._creationTime < Date.now() - UNSEALED_MS;
  const sent = await ctx.db
    .query("deliveries")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    .order("desc")
    .take(DELIVERIES);
  const last = sent.find(({ state }) => state !== "waiting");
  return [
    ...(isStuck ? [{ name: "audit" as const, problem: "Records of the audit trail wait for their seal." }] : []),
    {
      name: "webhook",
      ...(last?.state === "failed" ? { problem: `The last alert did not reach the webhook: ${last.problem}` } : {}),
    },
  ];
}

/** One alert for each part that does not work, until it does; answers how many there are. */
export async function noteFindings(ctx: MutationCtx, tenantId: Id<"tenants">, findings: Finding[]): Promise<number> {
  const byName = Map.groupBy(findings, ({ name }) => name);
  let count = 0;
  for (const [name, found] of byName) {
    const subject = { tenantId, kind: "integration_failing", about: `integration:${name}` } as const;
    const problem = found.find((one) => one.problem !== undefined)?.problem;
    if (problem === undefined) await resolve(ctx, subject, `The ${name} check passes again.`);
    else {
      count++;
      await raise(ctx, { ...subject, message: problem });
    }
  }
  return count;
}

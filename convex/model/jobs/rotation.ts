/** Secrets whose time has come, each an alert until it has a new value. */
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import { raise, resolve } from "../alerts.ts";

const PAGE = 200;

type SecretRow = Doc<"secrets">;

export async function findDue(ctx: MutationCtx, tenantId: Id<"tenants">): Promise<string> {
  const due = await ctx.db
    .query("secrets")
    .withIndex("by_tenant_rotateAfter", (q) =>
      q.eq("tenantId", tenantId).eq("deletedAt", undefined).gt("rotateAfter", 0).lte("rotateAfter", Date.now()),
    )
    .take(PAGE);
  const subjects = new Set(due.map(aboutOf));
  await endOthers(ctx, tenantId, subjects);
  for (const row of due) {
    const since = new Date(row.rotateAfter ?? 0).toISOString().slice(0, 10);
    const message = `${titleOf(row)} was to be rotated by ${since}.`;
    await raise(ctx, { tenantId, kind: "secret_rotation_due", about: aboutOf(row), message });
  }
  return due.length === 0 ? "No secret is due." : `Secrets that are due: ${due.length}.`;
}

/** Those that were told and have a new value, or are gone. */
async function endOthers(ctx: MutationCtx, tenantId: Id<"tenants">, due: ReadonlySet<string>): Promise<void> {
  const told = await ctx.db
    .query("alerts")
    .withIndex("by_tenant_kind_keyId_about", (q) => q.eq("tenantId", tenantId).eq("kind", "secret_rotation_due"))
    .order("desc")
    .take(PAGE);
  for (const { about, resolvedAt } of told) {
    if (about === undefined || resolvedAt !== undefined || due.has(about)) continue;
    await resolve(ctx, { tenantId, kind: "secret_rotation_due", about }, `${about} is no longer due.`);
  }
}

const placeOf = ({ level, agent }: SecretRow): string => (level === "agent" ? `agent ${agent}` : level);
const titleOf = (row: SecretRow): string => `The secret ${row.name} (${placeOf(row)})`;
const aboutOf = (row: SecretRow): string => `secret:${row.name} (${placeOf(row)})`;

/** Takes records into the chain. Only the sealing job writes here, so the chain's head is nobody's bottleneck. */
import type { Id } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import { openChain } from "./chain.ts";

/** By their ids: a mutation that looked for what is pending would run again for every record that is added meanwhile. */
export async function seal(
  ctx: MutationCtx,
  { tenantId, pending }: { tenantId: Id<"tenants">; pending: Id<"auditPending">[] },
): Promise<void> {
  const chain = openChain()!;
  const entries = [];
  for (const id of pending) {
    const row = await ctx.db.get("auditPending", id);
    if (row === null || row.tenantId !== tenantId) continue;
    await ctx.db.delete("auditPending", id);
    const record = await ctx.db.get("auditRecords", row.recordId);
    // Gone before it was sealed: the seal says that it was there.
    entries.push({ recordId: row.recordId, digest: record === null ? "" : chain.digest(record) });
  }
  if (entries.length === 0) return;
  const head = await ctx.db
    .query("auditHeads")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    .unique();
  const last =
    head === null
      ? null
      : await ctx.db
          .query("auditSeals")
          .withIndex("by_tenant_seq", (q) => q.eq("tenantId", tenantId).eq("seq", head.seq))
          .unique();
  const seq = (head?.seq ?? 0) + 1;
  const mac = chain.seal({ tenantId, seq, before: last?.mac ?? "", entries });
  await ctx.db.insert("auditSeals", { tenantId, seq, entries, kid: chain.kid, mac });
  const end = { tenantId, seq, kid: chain.kid, mac: chain.head({ tenantId, seq, seal: mac }) };
  if (head === null) await ctx.db.insert("auditHeads", end);
  else await ctx.db.replace("auditHeads", head._id, end);
}

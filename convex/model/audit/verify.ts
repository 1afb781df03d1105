/** Goes along the chain and names what does not fit. */

import type { ResultOf } from "@moorage/shared/contract";
import type { verify as contract } from "@moorage/shared/contracts/audit";
import * as z from "zod";
import type { Doc } from "../../_generated/dataModel.ts";
import type { AuthedQueryCtx } from "../../lib/functions.ts";
import { isSame } from "../encoding.ts";
import { encodeCursor, parseCursor } from "../pages.ts";
import { type Chain, openChain } from "./chain.ts";

const SEALS = 20;
/** Looked at to say how much is not sealed yet; beyond it, there is a job to mend, and the number hardly matters. */
const UNSEALED = 1_000;

type Result = ResultOf<typeof contract>;
type Problem = Result["problems"][number];

export async function verify(ctx: AuthedQueryCtx, cursor: string | undefined): Promise<Result> {
  const { tenantId } = ctx.principal;
  const first = cursor === undefined ? 1 : parseCursor(cursor, z.tuple([z.int().min(1)]))[0];
  const seals = await ctx.db
    .query("auditSeals")
    .withIndex("by_tenant_seq", (q) => q.eq("tenantId", tenantId).gte("seq", first))
    .take(SEALS);
  const problems: Problem[] = [];
  let before = await findSeal(ctx, first - 1);
  let checked = 0;
  for (const seal of seals) {
    const expected = before === null ? 1 : before.seq + 1;
    if (seal.seq !== expected) problems.push({ kind: "removed", at: `seal ${expected}` });
    const chain = openChain(seal.kid);
    if (chain === undefined) problems.push({ kind: "unknown_key", at: `seal ${seal.seq}` });
    else problems.push(...(await problemsOf(ctx, chain, { seal, before: before?.mac ?? "" })));
    checked += seal.entries.length;
    before = seal;
  }
  const unsealed = await ctx.db
    .query("auditPending")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    .take(UNSEALED);
  const result = { checked, problems, unsealed: unsealed.length };
  if (seals.length === SEALS) return { ...result, cursor: encodeCursor([before!.seq + 1]) };
  if (!(await isEnd(ctx, before))) problems.push({ kind: "chain_shortened", at: `seal ${before?.seq ?? 0}` });
  return result;
}

async function problemsOf(
  ctx: AuthedQueryCtx,
  chain: Chain,
  { seal: { tenantId, seq, entries, mac }, before }: { seal: Doc<"auditSeals">; before: string },
): Promise<Problem[]> {
  const problems: Problem[] = [];
  if (!isSame(chain.seal({ tenantId, seq, before, entries }), mac))
    problems.push({ kind: "chain_broken", at: `seal ${seq}` });
  for (const { recordId, digest } of entries) {
    const record = await ctx.db.get("auditRecords", recordId);
    if (record === null) problems.push({ kind: "removed", at: recordId });
    else if (!isSame(chain.digest(record), digest)) problems.push({ kind: "altered", at: recordId });
  }
  return problems;
}

/** Whether the chain's head, which is keyed as well, says that this seal is the last. */
async function isEnd(ctx: AuthedQueryCtx, last: Doc<"auditSeals"> | null): Promise<boolean> {
  const { tenantId } = ctx.principal;
  const head = await ctx.db
    .query("auditHeads")
    .withIndex("by_tenant", (q) => q.eq("tenantId", tenantId))
    .unique();
  if (head === null || last === null) return head === null && last === null;
  const expected = openChain(head.kid)?.head({ tenantId, seq: last.seq, seal: last.mac });
  return head.seq === last.seq && expected !== undefined && isSame(expected, head.mac);
}

function findSeal(ctx: AuthedQueryCtx, seq: number): Promise<Doc<"auditSeals"> | null> {
  return ctx.db
    .query("auditSeals")
    .withIndex("by_tenant_seq", (q) => q.eq("tenantId", ctx.principal.tenantId).eq("seq", seq))
    .unique();
}

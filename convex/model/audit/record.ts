/** One record of a call, in the transaction of the call. It reads nothing: no call waits for another here. */
import type { Contract } from "@moorage/shared/contract";
import type { WithoutSystemFields } from "convex/server";
import type { Doc } from "../../_generated/dataModel.ts";
import type { MutationCtx } from "../../_generated/server.ts";
import { canonicalJson, digestOf } from "../encoding.ts";
import type { Principal } from "../principal.ts";

/** How the door names the call and the program it came from. */
const USER_AGENT = /^moorage\/1 ([0-9A-Za-z_-]{8,64})(?: ([ -~]{1,80}))?$/;

export interface Done {
  contract: Contract;
  args: unknown;
  result: unknown;
  subjects: string[];
}

export async function record(ctx: MutationCtx & { principal: Principal }, done: Done): Promise<void> {
  const { userAgent } = await ctx.meta.getRequestMetadata();
  const [, requestId, client] = USER_AGENT.exec(userAgent ?? "") ?? [];
  await append(ctx, {
    tenantId: ctx.principal.tenantId,
    keyId: ctx.principal.keyId,
    function: done.contract.path,
    argsDigest: digestOf(canonicalJson(withoutValues(done))),
    outcome: outcomeOf(done.result),
    subjects: done.subjects,
    count: 1,
    ...(requestId === undefined ? {} : { requestId }),
    ...(client === undefined ? {} : { client }),
  });
}

/** Adds a record to the trail, and to what is to be sealed. */
export async function append(ctx: MutationCtx, fields: WithoutSystemFields<Doc<"auditRecords">>): Promise<void> {
  const recordId = await ctx.db.insert("auditRecords", fields);
  await ctx.db.insert("auditPending", { tenantId: fields.tenantId, recordId });
}

function withoutValues({ contract: { sensitive }, args }: Done): object {
  return Object.fromEntries(Object.entries(args as object).filter(([name]) => !sensitive.includes(name)));
}

/** Most calls that commit were carried out; some say that they wait for a person. */
function outcomeOf(result: unknown): string {
  const { status } = (result ?? {}) as { status?: unknown };
  return typeof status === "string" && status !== "done" ? status : "ok";
}

/** What the door's one-time pages call, with the page's token as the key. */

import type { ResultOf } from "@moorage/shared/contract";
import * as contracts from "@moorage/shared/contracts/pages";
import { AppError } from "@moorage/shared/errors";
import { internal } from "./_generated/api.ts";
import {
  type AuthedMutationCtx,
  authedAction,
  authedInternalMutation,
  authedMutation,
  authedQuery,
} from "./lib/functions.ts";
import * as approvals from "./model/approvals.ts";
import { findConnection, keepConnection, placeOfCredential, sealCredential } from "./model/deploy/connections.ts";
import * as keys from "./model/keys/keys.ts";
import { findKey, type Principal } from "./model/principal.ts";
import * as halves from "./model/secrets/halves.ts";
import { findRow } from "./model/secrets/place.ts";
import { iso } from "./model/secrets/present.ts";
import { store } from "./model/secrets/store.ts";
import { write } from "./model/secrets/write.ts";

export const secret = authedQuery(contracts.secret, async (ctx) => {
  const expiresAt = iso(ctx.principal.expiresAt!);
  if (ctx.principal.purpose?.kind === "credentialPage") {
    const { provider } = ctx.principal.purpose;
    const known = await findConnection(ctx, ctx.principal.tenantId, provider);
    const { name, level } = placeOfCredential(provider);
    return { name, level, provider, expiresAt, ...(known === null ? {} : { version: known.version }) };
  }
  const { place } = purposeOf(ctx.principal, "secretPage");
  const row = await findRow(ctx, ctx.principal.tenantId, place);
  const { name, level, agent } = place;
  return {
    name,
    level,
    expiresAt,
    ...(level === "agent" ? { agent } : {}),
    ...(row === null || row.deletedAt !== undefined ? {} : { version: row.version }),
  };
});

export const submitSecret = authedAction(
  contracts.submitSecret,
  async (ctx, { value }): Promise<ResultOf<typeof contracts.submitSecret>> => {
    if (ctx.principal.purpose?.kind === "credentialPage") {
      const { provider } = ctx.principal.purpose;
      const credential = await sealCredential(ctx, { provider, credential: value.trim() });
      return ctx.runMutation(internal.pages.storeCredential, credential);
    }
    const { place } = purposeOf(ctx.principal, "secretPage");
    return write(ctx, { place, value, source: "typed" }, (sealing) =>
      ctx.runMutation(internal.pages.storeSecret, sealing),
    );
  },
);

/** Of several that race, one stores its value: the page ends in the same transaction. */
export const storeSecret = authedInternalMutation(
  contracts.submitSecret,
  { args: halves.sealing, result: contracts.submitSecret.result, sensitive: halves.SENSITIVE },
  async (ctx, sealing) => {
    await endPage(ctx);
    const { version, name } = (await store(ctx, sealing)).secret;
    return { name, version };
  },
);

export const storeCredential = authedInternalMutation(
  contracts.submitSecret,
  { args: halves.credential, result: contracts.submitSecret.result, sensitive: ["sealed"] },
  async (ctx, credential) => {
    await endPage(ctx);
    const { provider, version } = await keepConnection(ctx, credential);
    return { name: placeOfCredential(provider).name, version };
  },
);

/** A page works once, and no longer than the key that asked for it. */
async function endPage(ctx: AuthedMutationCtx): Promise<void> {
  const page = (await findKey(ctx, ctx.principal.keyId))!;
  const maker = await findKey(ctx, page.createdBy!);
  if (maker === null || maker.revokedAt !== undefined) throw new AppError("unauthenticated");
  await keys.end(ctx, page);
}

export const approval = authedQuery(contracts.showApproval, async (ctx) => ({
  approval: await approvals.present(ctx, await requireApprovalOf(ctx)),
}));

/** The page speaks for the key that asked, which the policy may forbid. */
export const decideApproval = authedMutation(contracts.decideApproval, async (ctx, decision) => {
  const row = await requireApprovalOf(ctx);
  return { approval: await approvals.decide(ctx, row, { ...decision, as: { keyId: row.keyId, scopes: [] } }) };
});

async function requireApprovalOf(ctx: Parameters<typeof approvals.present>[0]) {
  const row = await ctx.db.get("approvals", purposeOf(ctx.principal, "approvalPage").approvalId);
  if (row === null) throw new AppError("approval_closed");
  return row;
}

type Purpose = NonNullable<Principal["purpose"]>;

function purposeOf<K extends Purpose["kind"]>({ purpose }: Principal, kind: K): Extract<Purpose, { kind: K }> {
  if (purpose?.kind !== kind) throw new AppError("invalid_input", "The key is not a page's token.");
  return purpose as Extract<Purpose, { kind: K }>;
}

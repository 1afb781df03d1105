/** The credential of a tenant's account at a provider, sealed where no function for secrets looks. */
import type { Connection } from "@moorage/shared/contracts/deploy";
import { type Cloud, isCloud, type Provider } from "@moorage/shared/deployment";
import { AppError } from "@moorage/shared/errors";
import { internal } from "../../_generated/api.ts";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { ActionCtx, QueryCtx } from "../../_generated/server.ts";
import type { AuthedActionCtx, AuthedMutationCtx } from "../../lib/functions.ts";
import { openVault } from "../crypto/vault.ts";
import { given } from "../given.ts";
import { openProvider } from "../providers/open.ts";
import type { Place } from "../secrets/place.ts";
import { iso } from "../secrets/present.ts";

/** No secret can have such a name, so neither's ciphertext opens in the other's place. */
export const placeOfCredential = (provider: Cloud): Place => ({
  name: `credential of ${provider}`,
  level: "global",
  agent: "",
});

export function findConnection(
  ctx: Pick<QueryCtx, "db">,
  tenantId: Id<"tenants">,
  provider: Cloud,
): Promise<Doc<"connections"> | null> {
  return ctx.db
    .query("connections")
    .withIndex("by_tenant_provider", (q) => q.eq("tenantId", tenantId).eq("provider", provider))
    .unique();
}

/** Undefined where the provider needs one and has none; empty where it needs none. */
export async function credentialFor(
  ctx: ActionCtx,
  { tenantId, provider }: { tenantId: Id<"tenants">; provider: Provider },
): Promise<string | undefined> {
  if (!isCloud(provider)) return "";
  const found: Pick<Doc<"connections">, "version" | "sealed"> | null = await ctx.runQuery(internal.connections.sealed, {
    tenantId,
    provider,
  });
  if (found === null) return undefined;
  const vault = await openVault(ctx, tenantId);
  return vault.open(placeOfCredential(provider), found.version, found.sealed);
}

export interface Credential {
  provider: Cloud;
  sealed: Doc<"connections">["sealed"];
  version: number;
  account?: string | undefined;
}

/** In place of the one before. Sealed for this version: when another call was faster, it fits no more. */
export async function keepConnection(ctx: AuthedMutationCtx, credential: Credential): Promise<Doc<"connections">> {
  const { tenantId, keyId: connectedBy } = ctx.principal;
  const { provider, sealed, version, account } = credential;
  ctx.subjects.push(`provider:${provider}`);
  const row = await findConnection(ctx, tenantId, provider);
  if ((row?.version ?? 0) + 1 !== version) throw new AppError("conflict");
  const state = { state: "connected" as const, checkedAt: Date.now(), connectedBy };
  const fields = { tenantId, provider, sealed, version, ...state, ...(account === undefined ? {} : { account }) };
  if (row !== null) await ctx.db.replace("connections", row._id, fields);
  const id = row?._id ?? (await ctx.db.insert("connections", fields));
  return (await ctx.db.get("connections", id))!;
}

/** What a header can carry: providers' tokens are letters and digits, and at most some signs. */
const TOKEN = /^[\x21-\x7e]+$/;
const NO_TOKEN = "This is no provider's token: one is a single line of letters, digits and signs, without a space.";
const NO_TOKEN_HINT =
  "Copy the token alone, as the provider showed it when it was made; nothing was sent there or kept.";

/** Tries a credential at the provider and seals it; one that is refused is not kept. */
export async function sealCredential(
  ctx: AuthedActionCtx,
  { provider, credential }: { provider: Cloud; credential: string },
): Promise<Credential> {
  if (!TOKEN.test(credential)) throw new AppError("invalid_input", NO_TOKEN, { hint: NO_TOKEN_HINT });
  const { tenantId } = ctx.principal;
  const tried = await openProvider(ctx, { name: provider, tenantId, credential }).verifyCredential();
  if (!tried.ok && tried.class === "auth") throw new AppError("credential_refused");
  if (!tried.ok) throw new AppError("provider_failed", tried.message);
  const known: { version: number } | null = await ctx.runQuery(internal.connections.sealed, { tenantId, provider });
  const version = (known?.version ?? 0) + 1;
  const vault = await openVault(ctx, tenantId);
  const { sealed } = await vault.seal(placeOfCredential(provider), version, credential);
  return { provider, sealed, version, ...(tried.account === undefined ? {} : { account: tried.account }) };
}

export function presentConnection({ provider, state, account, problem, checkedAt }: Doc<"connections">): Connection {
  return { provider, state, ...given({ account, problem }), checkedAt: iso(checkedAt) };
}

/** A tenant's values, sealed and opened under its data key, which a master key of the deployment seals in turn. */
import { AppError } from "@moorage/shared/errors";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { WithoutSystemFields } from "convex/server";
import { internal } from "../../_generated/api.ts";
import type { Doc, Id } from "../../_generated/dataModel.ts";
import type { ActionCtx } from "../../_generated/server.ts";
import { base64url } from "../encoding.ts";
import type { Place } from "../secrets/place.ts";
import { readKeys } from "./keySet.ts";
import { importKey, open, type Sealed, type SealingKey, seal } from "./sealed.ts";

type DataKey = WithoutSystemFields<Doc<"dataKeys">>;

export interface SealedValue {
  sealed: Sealed;
  /** Keyed: equal for equal values of this tenant. */
  digest: string;
  bytes: number;
}

export interface Vault {
  seal(place: Place, version: number, value: string): Promise<SealedValue>;
  open(place: Place, version: number, sealed: Sealed): Promise<string>;
  /** As kept with a sealed value. */
  digestOf(value: string): string;
}

/** The caller's vault; a tenant's first one is made now, once even when several calls race. */
export async function openVault(ctx: ActionCtx, tenantId: Id<"tenants">): Promise<Vault> {
  const known: DataKey | null = await ctx.runQuery(internal.vault.dataKey, { tenantId });
  const row = known ?? (await ctx.runMutation(internal.vault.keepDataKey, await newDataKey(tenantId)));
  const bytes = await unwrap(row);
  const key: SealingKey = { kid: row.kid, key: await importKey(bytes) };
  const digestKey = hmac(sha256, bytes, utf8ToBytes("moorage-secret-digest"));
  const digest = (plain: Uint8Array) => base64url(hmac(sha256, digestKey, plain).slice(0, 16));
  const placeOf = ({ level, agent, name }: Place, version: number) => [
    "moorage-secret",
    tenantId,
    level,
    agent,
    name,
    String(version),
  ];
  return {
    async seal(place, version, value) {
      const plain = utf8ToBytes(value);
      const sealed = await seal(key, plain, placeOf(place, version));
      return { sealed, digest: digest(plain), bytes: plain.length };
    },
    open: async (place, version, sealed) => new TextDecoder().decode(await open(key, sealed, placeOf(place, version))),
    digestOf: (value) => digest(utf8ToBytes(value)),
  };
}

async function newDataKey(tenantId: Id<"tenants">): Promise<DataKey> {
  const kid = crypto.randomUUID();
  return { tenantId, kid, ...(await wrap(tenantId, kid, crypto.getRandomValues(new Uint8Array(32)))) };
}

/** Seals a data key anew under the current master key. */
export async function rewrapped(row: DataKey): Promise<Pick<DataKey, "masterKid" | "wrapped">> {
  return wrap(row.tenantId, row.kid, await unwrap(row));
}

async function wrap(tenantId: Id<"tenants">, kid: string, bytes: Uint8Array) {
  const [{ kid: masterKid, bytes: key }] = readKeys("MOORAGE_MASTER_KEYS");
  return { masterKid, wrapped: await seal({ kid: masterKid, key }, bytes, ["moorage-data-key", tenantId, kid]) };
}

async function unwrap({ tenantId, kid, masterKid, wrapped }: DataKey): Promise<Uint8Array<ArrayBuffer>> {
  const master = readKeys("MOORAGE_MASTER_KEYS").find((key) => key.kid === masterKid);
  if (master === undefined) throw new AppError("master_key_missing");
  return open({ kid: master.kid, key: master.bytes }, wrapped, ["moorage-data-key", tenantId, kid]);
}

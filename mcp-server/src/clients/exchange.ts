/**
 * A client's key takes another one's place. What is written down before lets the next command of that client find a key
 * that nobody keeps, wherever this one was broken off, and end it.
 */
import * as keys from "@moorage/shared/contracts/keys";
import * as z from "zod";
import { itemsOf, pagesOf } from "../backend/pages.ts";
import type { Backend } from "../backend/types.ts";
import { forgetProfile, keepProfile } from "../profiles.ts";
import type { VerbContext } from "../verb.ts";
import {
  type Asked,
  asIssuer,
  configDirOf,
  endKeyAt,
  type Issuer,
  keptAnywhere,
  placeOf,
  requireReplaceable,
  scopesFor,
  withIssuer,
} from "./keys.ts";

export const exchange = z.object({
  /** Of the Moorage that makes the key; missing for the one of this machine. */
  address: z.string().optional(),
  /** The keys of the client's name that were alive before: another machine's, or ones that a person made. */
  others: z.array(z.string()),
  /** The key that is replaced. */
  former: z.object({ address: z.string().optional(), id: z.string() }).optional(),
});
export type Exchange = z.infer<typeof exchange>;

/** Undefined where the client's key is as asked. */
export const planExchange = (issuer: Issuer, name: string, asked: Asked): Promise<Exchange | undefined> =>
  asIssuer(issuer, async () => {
    if (!(await requireReplaceable(issuer, name, asked))) return undefined;
    const former = await keptAnywhere({ name, configDir: issuer.configDir });
    const { address, backend } = issuer;
    return {
      ...(address === undefined ? {} : { address }),
      others: (await keysNamed(backend, name)).map(({ id }) => id),
      ...(former === undefined ? {} : { former: placeOf(former) }),
    };
  });

/** Makes the key and keeps it while `work` is done; where that fails, the one before is kept as it was. */
export async function withNewKey<T>(issuer: Issuer, name: string, asked: Asked, work: () => T): Promise<T> {
  const which = { name, configDir: issuer.configDir };
  const { address, backend } = issuer;
  const former = await keptAnywhere(which);
  await asIssuer(issuer, async () => {
    const { text } = await backend.call(keys.create, { name, scopes: scopesFor(asked) });
    await keepProfile(which, { address, apiKey: text });
  });
  try {
    return work();
  } catch (error) {
    await (former === undefined ? forgetProfile(which) : keepProfile(which, former));
    throw error;
  }
}

/** Ends the keys of an exchange that nobody keeps; false where their Moorage did not let them be ended. */
export async function settle(context: VerbContext, name: string, { address, others, former }: Exchange) {
  const kept = await keptAnywhere({ name, ...configDirOf(context) });
  const keptId = kept && placeOf(kept).id;
  const isLost = ({ id, lastUsedAt }: keys.ApiKeyView) =>
    id !== keptId && lastUsedAt === undefined && !others.includes(id);
  const isEnded = await withIssuer(context, address, async ({ backend }) => {
    const lost = (await keysNamed(backend, name)).filter(isLost);
    for (const { id } of lost) await backend.call(keys.revoke, { id });
  });
  if (former === undefined || former.id === keptId) return isEnded;
  return (await endKeyAt(context, former)) && isEnded;
}

async function keysNamed(backend: Backend, name: string): Promise<keys.ApiKeyView[]> {
  const all = await itemsOf(pagesOf(backend, keys.list), (page) => page.keys);
  return all.filter((key) => key.kind === "key" && key.name === name && key.status === "live");
}

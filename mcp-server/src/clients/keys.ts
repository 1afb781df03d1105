/** One API key for each client, kept under the client's name as a profile, so that each can be ended by itself. */
import { resolve } from "node:path";
import { parseApiKey } from "@moorage/shared/api-key";
import * as keys from "@moorage/shared/contracts/keys";
import { AppError } from "@moorage/shared/errors";
import { AGENT_SCOPES, isWriteScope } from "@moorage/shared/scopes";
import { ownersBackend } from "../backend/owners.ts";
import { pagesOf } from "../backend/pages.ts";
import type { Backend } from "../backend/types.ts";
import { readAddress, type Target } from "../config.ts";
import { findProfile, forgetProfile, type KeptKey, type ProfileName, readProfile } from "../profiles.ts";
import { SettingError } from "../setting-error.ts";
import { quote } from "../shell.ts";
import type { VerbContext } from "../verb.ts";
import { endsSoon } from "./key-end.ts";

/** Whoever makes the keys: a person's own key, on this machine or elsewhere. */
export interface Issuer {
  backend: Backend;
  /** Undefined for the database of this machine. */
  address: string | undefined;
  configDir: string | undefined;
  close(): Promise<void>;
}

/** Where keys are kept, if it was named. */
export function configDirOf({ env }: Pick<VerbContext, "env">): { configDir?: string } {
  const named = env["MOORAGE_CONFIG_DIR"]?.trim() || undefined;
  return named === undefined ? {} : { configDir: resolve(named) };
}

export async function openIssuer(context: VerbContext, remote: string | undefined): Promise<Issuer> {
  const { target } = context;
  const { configDir } = configDirOf(context);
  if (remote === undefined && target.kind === "embedded") {
    return { backend: context.backend, address: undefined, configDir, close: async () => {} };
  }
  const asked = remote === undefined ? undefined : readAddress(remote, "--remote");
  const { address, apiKey } = await remoteOf(target, configDir, asked);
  if (asked !== undefined && asked !== address) {
    throw new SettingError(`you are logged in to ${address}; first run ${loginTo(asked, target)}`);
  }
  const backend = ownersBackend({ kind: "remote", address, apiKey });
  return { backend, address, configDir, close: () => backend.close() };
}

async function remoteOf(target: Target, configDir: string | undefined, asked: string | undefined) {
  if (target.kind === "remote") return target;
  const name = target.kind === "profile" ? target.name : "default";
  if (asked !== undefined && findProfile({ name, configDir }) === undefined) {
    throw new SettingError(`you are not logged in to ${asked}; first run ${loginTo(asked, target)}`);
  }
  const { address, apiKey } = await readProfile({ name, configDir });
  if (address === undefined)
    throw new SettingError(`the profile ${name} is for this machine; log in with moorage login`);
  return { address, apiKey };
}

const loginTo = (address: string, target: Target) =>
  `moorage login --url ${quote(address)}${target.kind === "profile" ? ` --profile ${target.name}` : ""}`;

export interface Asked {
  readOnly: boolean;
}

/** Whether no key is kept for the client that leads to the same place and may as much. */
export const lacksKey = (issuer: Issuer, name: string, asked: Asked): Promise<boolean> =>
  asIssuer(issuer, async () => !(await isAsAsked(issuer, await keptKey(issuer, name), asked)));

/** The same where another one is to take its place: never that of a person's own. */
export async function requireReplaceable(issuer: Issuer, name: string, asked: Asked): Promise<boolean> {
  const kept = await keptKey(issuer, name);
  if (await isAsAsked(issuer, kept, asked)) return false;
  if (kept?.scopes.some((scope) => !AGENT_SCOPES.some((one) => one === scope))) throw isPersons(name);
  return true;
}

/** One that ends soon is not, where another would last longer: none outlives the key that makes it. */
async function isAsAsked({ backend }: Issuer, kept: keys.ApiKeyView | undefined, asked: Asked): Promise<boolean> {
  if (kept?.scopes.join() !== scopesFor(asked).join()) return false;
  const end = kept.expiresAt === undefined ? undefined : Date.parse(kept.expiresAt);
  if (end === undefined || !endsSoon(end)) return true;
  const { expiresAt = Infinity } = await backend.call(keys.resolve, {});
  return expiresAt <= end;
}

/** One that may more than a client's ever does was not made here: ending it might lock its owner out. */
const isPersons = (name: string) =>
  new AppError("setup", `The profile ${name} holds a key of a person's.`, {
    hint: `Log in under another name, then run moorage logout --profile ${name}, and this again; no key was ended.`,
  });

/** What goes wrong elsewhere is said of that address. */
export async function asIssuer<T>({ address }: Issuer, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (address === undefined || !(error instanceof AppError)) throw error;
    if (error.code === "upstream_down") {
      const hint = "See that the network is up and the address right, then run this again; no file was changed.";
      throw new AppError("setup", `${address} does not answer.`, { hint, cause: error });
    }
    if (error.code !== "unauthenticated") throw error;
    const hint = `Run \`moorage login --url ${quote(address)}\`, then this again; no key was made, no file changed.`;
    throw new AppError("setup", `The key by which you are logged in to ${address} has ended.`, { hint, cause: error });
  }
}

export const scopesFor = ({ readOnly }: Asked) => AGENT_SCOPES.filter((scope) => !readOnly || !isWriteScope(scope));

/** The client's key, where it is alive and of the same Moorage. */
async function keptKey({ address, configDir, backend }: Issuer, name: string): Promise<keys.ApiKeyView | undefined> {
  const which = { name, configDir };
  if (findWhole(which) === undefined) return undefined;
  const kept = await readProfile(which);
  if (kept.address !== address) return undefined;
  const key = await findKey(backend, parseApiKey(kept.apiKey)!.keyId);
  return key?.status === "live" ? key : undefined;
}

/** A damaged note of a key leads to none. */
function findWhole(which: ProfileName): ReturnType<typeof findProfile> {
  try {
    return findProfile(which);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

async function findKey(backend: Backend, keyId: string) {
  for await (const page of pagesOf(backend, keys.list)) {
    const found = page.keys.find(({ id }) => id === keyId);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Undefined for the Moorage of this machine, and where no key is kept. */
export const keptAddress = (which: ProfileName): string | undefined => findWhole(which)?.address;

/** The client's key, whichever Moorage it is for. */
export async function keptAnywhere(which: ProfileName): Promise<KeptKey | undefined> {
  if (findWhole(which) === undefined) return undefined;
  return readProfile(which).catch(() => undefined);
}

/** Ends a client's key and forgets it; false where Moorage did not let it be ended. */
export async function endKey(context: VerbContext, name: string): Promise<boolean> {
  const which = { name, ...configDirOf(context) };
  const kept = await keptAnywhere(which);
  const isEnded = kept !== undefined && (await endKeyAt(context, placeOf(kept)));
  const wasThere = await forgetProfile(which);
  return isEnded || !wasThere;
}

/** Without the key itself. */
export const placeOf = ({ address, apiKey }: KeptKey): KeyPlace => ({
  ...(address === undefined ? {} : { address }),
  id: parseApiKey(apiKey)!.keyId,
});

export interface KeyPlace {
  address?: string | undefined;
  id: string;
}

export const endKeyAt = (context: VerbContext, { address, id }: KeyPlace) =>
  withIssuer(context, address, async ({ backend }) => void (await backend.call(keys.revoke, { id })));

/** Work at the Moorage of that address; false where nobody is logged in there, or it did not let it be done. */
export async function withIssuer(
  context: VerbContext,
  address: string | undefined,
  work: (issuer: Issuer) => Promise<void>,
): Promise<boolean> {
  try {
    const issuer = await openIssuer(context, address);
    try {
      if (issuer.address !== address) return false;
      await work(issuer);
      return true;
    } finally {
      await issuer.close();
    }
  } catch (error) {
    if (error instanceof AppError || error instanceof SettingError) return false;
    throw error;
  }
}

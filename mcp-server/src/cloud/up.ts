/** The steps from nothing to a Moorage in the user's own accounts. Each may be done again without harm. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import * as keyContracts from "@moorage/shared/contracts/keys";
import { AppError } from "@moorage/shared/errors";
import { ownersBackend } from "../backend/owners.ts";
import { keepProfile } from "../profiles.ts";
import { alone } from "./alone.ts";
import {
  audienceIn,
  convexUrlOf,
  type Identity,
  provision,
  pushFunctions,
  reachedAt,
  requireOwn,
  setEnvironment,
} from "./convex.ts";
import { installTools, layOut } from "./folder.ts";
import { openCloudKeys } from "./keys.ts";
import { type CloudState, readState, writeState } from "./state.ts";
import { type Tools, toolsIn } from "./tools.ts";
import { deployWorker, requireAccount, requireFree, requireSameAccount, setSecrets } from "./worker.ts";

export interface Site {
  name: string;
  domain?: string | undefined;
  data: string;
  config: string;
  usesKeychain: boolean;
  env: Readonly<Record<string, string | undefined>>;
  tell: (line: string) => void;
}

export const folderOf = ({ data, name }: Pick<Site, "data" | "name">) => join(data, "cloud", name);

export const identityOf = ({ id }: CloudState): Identity => ({
  issuer: `https://${id}.moorage.invalid`,
  audience: `moorage-${id}`,
});

type Deployed = CloudState & { address: string };

export const bringUp = (site: Site): Promise<Deployed> => alone(site.config, site.name, () => deployAll(site));

async function deployAll(site: Site): Promise<Deployed> {
  const { name, env, config, tell } = site;
  const convexUrl = convexUrlOf(env);
  const folder = folderOf(site);
  const tools = toolsIn(folder, env);
  layOut(folder);
  await installTools(folder, tools);
  const account = await requireAccount(tools, env);
  tell(`Cloudflare: ${account.words}.`);
  const known = readState(config, name);
  requireSame(known, convexUrl);
  requireSameAccount(known, account);
  // Before anything is noted: with the key of a project of its own, the same name can be used then.
  requireOwn(await audienceIn(tools), known && identityOf(known).audience);
  if (known === undefined) await requireFree(tools, name);
  const keys = await openCloudKeys(site);
  const domain = site.domain ?? known?.domain;
  const state = {
    ...known,
    name,
    id: known?.id ?? randomUUID(),
    account: account.id,
    convexUrl,
    ...(domain === undefined ? {} : { domain }),
  };
  writeState(config, state);
  const identity = identityOf(state);
  await setEnvironment(tools, keys, identity);
  await pushFunctions(tools);
  await provision(tools, keys);
  const reached = await reachedAt(tools, convexUrl);
  tell(`Convex runs the functions at ${reached}.`);
  await setSecrets(tools, name, keys);
  const address = await deployDoor(tools, site, state, reached);
  await verify(address, keys.owner);
  tell(`The door answers at ${address}.`);
  await keepProfile({ name, ...(site.usesKeychain ? {} : { configDir: config }) }, { address, apiKey: keys.owner });
  return { ...state, address };
}

/** The keys and the data belong to one deployment: a second one needs a name of its own. */
export function requireSame(known: CloudState | undefined, convexUrl: string): void {
  if (known?.convexUrl === undefined || known.convexUrl === convexUrl) return;
  throw new AppError("invalid_input", `${known.name} runs at ${known.convexUrl}, and the key is for ${convexUrl}.`, {
    hint: "Name another deployment with --name, or set the key of this one.",
  });
}

/** The Worker tells people the address of its pages, which is known only once it is deployed. */
async function deployDoor(tools: Tools, { config }: Site, state: CloudState, convexUrl: string) {
  const settings = { ...identityOf(state), name: state.name, convexUrl, domain: state.domain };
  const address = await deployWorker(tools, { ...settings, address: state.address });
  if (address === state.address) return address;
  writeState(config, { ...state, address });
  return deployWorker(tools, { ...settings, address });
}

const TRIES = 15;
const BETWEEN_MS = 2_000;

/** A new address takes a moment to be known everywhere. */
async function verify(address: string, apiKey: string): Promise<void> {
  const backend = ownersBackend({ kind: "remote", address, apiKey });
  for (let attempt = 1; ; attempt++) {
    try {
      await backend.call(keyContracts.resolve, {});
      return;
    } catch (cause) {
      if (attempt === TRIES) {
        throw new AppError("setup", `${address} does not answer as Moorage yet.`, {
          hint: "Wait a minute and run moorage up again; wrangler tail shows what the Worker says.",
          cause,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    }
  }
}

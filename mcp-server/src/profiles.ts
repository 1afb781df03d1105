/** Keys that are kept under a name, each with the address of the Moorage it is for: a person's log-ins, and the clients'. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseApiKey } from "@moorage/shared/api-key";
import { AppError, ERRORS } from "@moorage/shared/errors";
import * as z from "zod";
import { locate, makeConfigDirectory, onDisk, parseJson } from "./backend/embedded/directories.ts";
import { readOrCreate, replaceFile } from "./backend/embedded/once.ts";
import { openKeychain, readFromKeychain } from "./keychain.ts";
import { SettingError } from "./setting-error.ts";

/** Which profile. Whoever names a directory for keys gets them there, and none in the keychain. */
export interface ProfileName {
  name: string;
  configDir?: string | undefined;
}

const profile = z.strictObject({
  /** Missing where the key is for the database of this machine. */
  address: z.string().optional(),
  /** Here only where no keychain answered. */
  apiKey: z.string().optional(),
});
type Profile = z.infer<typeof profile>;

const accountOf = (name: string) => `profile ${name}`;
const directoryOf = ({ configDir }: ProfileName) => locate(configDir === undefined ? {} : { configDir }).config;
const fileOf = (which: ProfileName) => join(directoryOf(which), `profile-${which.name}.json`);

/** Without the key, unless it is in the file. */
export function findProfile(which: ProfileName): Profile | undefined {
  const path = fileOf(which);
  if (!onDisk(path, () => existsSync(path))) return undefined;
  const found = readProfileFile(which);
  if (found !== undefined) return found;
  throw new AppError("setup", `The profile ${path} is damaged.`, { hint: "Log in again: moorage login." });
}

/** Undefined for a file that is none. */
const readProfileFile = (which: ProfileName): Profile | undefined =>
  profile.safeParse(parseJson(onDisk(fileOf(which), () => readFileSync(fileOf(which), "utf8")))).data;

/** The profiles that lead to an address, by name. */
export function loginsFor(address: string, configDir: string | undefined): string[] {
  const folder = directoryOf({ name: "", configDir });
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).flatMap((file) => /^profile-(.+)\.json$/.exec(file)?.[1] ?? []);
  return names.filter((name) => readProfileFile({ name, configDir })?.address === address).sort();
}

/** Written whole or not at all, and readable by its owner alone. */
function keep(which: ProfileName, content: Profile): void {
  makeConfigDirectory(directoryOf(which));
  const path = fileOf(which);
  onDisk(path, () => replaceFile(path, `${JSON.stringify(content)}\n`));
}

export interface KeptKey {
  /** Undefined for the database of this machine. */
  address: string | undefined;
  apiKey: string;
}

/** Where the profile leads, and the key to show there. */
export async function readProfile(which: ProfileName): Promise<KeptKey> {
  const found = findProfile(which);
  if (found === undefined) {
    throw new SettingError(
      `there is no profile "${which.name}"; moorage login --url ADDRESS --profile ${which.name} makes it`,
    );
  }
  const { address } = found;
  const apiKey =
    found.apiKey ?? (await readFromKeychain(accountOf(which.name), `The key of the profile ${which.name}`));
  if (parseApiKey(apiKey) === undefined) {
    throw new AppError("setup", `The key of the profile ${which.name} is damaged.`, {
      hint: "Log in again: moorage login.",
    });
  }
  return { address, apiKey };
}

/**
 * Redeems an enrolment code by a claim that stays until the answer is here: where it was lost, a repeat with the same
 * claim gets a key all the same.
 */
export async function redeemOnce<T>(
  which: ProfileName,
  codeId: string,
  redeem: (claim: string) => Promise<T>,
): Promise<T> {
  makeConfigDirectory(directoryOf(which));
  const path = join(directoryOf(which), `code-${codeId}.json`);
  const claim = claimFile.parse(parseJson(onDisk(path, () => readOrCreate(path, newClaim))));
  const done = await redeem(claim).catch((error: unknown) => {
    if (!(error instanceof AppError && ERRORS[error.code].retryable)) rmSync(path);
    throw error;
  });
  rmSync(path);
  return done;
}

const claimFile = z.uuid();
const newClaim = () => JSON.stringify(crypto.randomUUID());

/** Keeps the key in the keychain, or where there is none in the profile's file; says which. */
export async function keepProfile(which: ProfileName, { address, apiKey }: KeptKey): Promise<"keychain" | "file"> {
  const keychain = which.configDir === undefined ? await openKeychain() : undefined;
  const isKept = await keychain?.write(accountOf(which.name), apiKey).then(
    () => true,
    () => false,
  );
  keep(which, { ...(address === undefined ? {} : { address }), ...(isKept ? {} : { apiKey }) });
  return isKept ? "keychain" : "file";
}

/** Forgets the key and the address; false where there was no such profile. */
export async function forgetProfile(which: ProfileName): Promise<boolean> {
  const path = fileOf(which);
  if (!existsSync(path)) return false;
  const keychain = which.configDir === undefined ? await openKeychain() : undefined;
  await keychain?.remove(accountOf(which.name)).catch(() => {});
  onDisk(path, () => rmSync(path));
  return true;
}

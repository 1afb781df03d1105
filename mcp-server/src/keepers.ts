/** Where this machine keeps an API key of its own, so that a successor takes its place there. */
import { existsSync, readdirSync } from "node:fs";
import { parseApiKey } from "@moorage/shared/api-key";
import { locate, openDirectories } from "./backend/embedded/directories.ts";
import { keepKeyText } from "./backend/embedded/key-store.ts";
import { type LocalKeys, openKeys, textOf } from "./backend/embedded/keys.ts";
import { openCloudKeys, placeOf } from "./cloud/keys.ts";
import type { Target } from "./config.ts";
import { keepProfile, readProfile } from "./profiles.ts";

export interface Keeper {
  /** For a person. */
  where: string;
  keep(apiKey: string): Promise<void>;
}

/** One key may be kept twice: a cloud's by what deploys it, and as the profile that uses it. */
export async function findKeepers(target: Target, keyId: string): Promise<Keeper[]> {
  const found = [
    target.kind === "embedded" ? await inDatabase(target, keyId) : undefined,
    ...(await Promise.all(named(target, /^cloud-(.+)\.keys\.json$/).map((name) => inCloud(target, name, keyId)))),
    ...(await Promise.all(named(target, /^profile-(.+)\.json$/).map((name) => inProfile(target, name, keyId)))),
  ];
  return found.filter((keeper) => keeper !== undefined);
}

const configOf = ({ configDir }: Target) => locate(configDir === undefined ? {} : { configDir }).config;

function named(target: Target, pattern: RegExp): string[] {
  const config = configOf(target);
  return (existsSync(config) ? readdirSync(config) : []).flatMap((file) => pattern.exec(file)?.[1] ?? []);
}

const isOf = (keyId: string, apiKey: string) => parseApiKey(apiKey)?.keyId === keyId;

const roleOf = (keys: LocalKeys, keyId: string) => (["agent", "owner"] as const).find((one) => isOf(keyId, keys[one]));

async function inDatabase(target: Target & { kind: "embedded" }, keyId: string): Promise<Keeper | undefined> {
  const directories = openDirectories({ ...target, key: "owner" });
  const keys = await openKeys(directories);
  const role = roleOf(keys, keyId);
  if (role === undefined) return undefined;
  const keep = (apiKey: string) => keepKeyText(directories, textOf({ ...keys, [role]: apiKey }));
  return { where: `this machine's own keys, as the ${role}'s`, keep };
}

async function inCloud(target: Target, name: string, keyId: string): Promise<Keeper | undefined> {
  const place = { name, config: configOf(target), usesKeychain: target.configDir === undefined };
  const keys = await openCloudKeys(place).catch(() => undefined);
  const role = keys && roleOf(keys, keyId);
  if (keys === undefined || role === undefined) return undefined;
  const keep = (apiKey: string) => keepKeyText(placeOf(place), JSON.stringify({ ...keys, [role]: apiKey }));
  return { where: `the keys of the cloud ${name}, as the ${role}'s`, keep };
}

async function inProfile(target: Target, name: string, keyId: string): Promise<Keeper | undefined> {
  const which = { name, configDir: target.configDir };
  // One that cannot be read is no other key's business.
  const kept = await readProfile(which).catch(() => undefined);
  if (kept === undefined || !isOf(keyId, kept.apiKey)) return undefined;
  const keep = async (apiKey: string) => void (await keepProfile(which, { ...kept, apiKey }));
  return { where: `the profile ${name}`, keep };
}

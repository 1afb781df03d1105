/** The keys of one cloud deployment. Each by chance: none can be had from another, which a different layer holds. */
import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { createApiKey } from "@moorage/shared/api-key";
import { AppError } from "@moorage/shared/errors";
import { makeConfigDirectory, parseJson } from "../backend/embedded/directories.ts";
import { keepKeyText, readKeyText } from "../backend/embedded/key-store.ts";
import { keyFile, type LocalKeys, makeSigningKey } from "../backend/embedded/keys.ts";

export interface KeyPlace {
  /** The deployment's name on this machine. */
  name: string;
  config: string;
  usesKeychain: boolean;
}

export const placeOf = ({ name, config, usesKeychain }: KeyPlace) => ({
  id: `cloud ${name}`,
  keys: join(config, `cloud-${name}.keys.json`),
  usesKeychain,
});

/** Made once, before anything is told to anyone: a run that was cut off goes on with the same. */
export async function openCloudKeys(which: KeyPlace): Promise<LocalKeys> {
  makeConfigDirectory(which.config);
  const place = placeOf(which);
  const { text, isInFile } = await readKeyText(place, () => JSON.stringify(makeKeys()));
  const parsed = keyFile.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new AppError("setup", `The key file ${place.keys} is damaged.`, {
      hint: "Restore it from a backup: without it the secrets of this deployment cannot be opened again.",
    });
  }
  if (isInFile && place.usesKeychain) await keepKeyText(place, text);
  return parsed.data;
}

const makeKeys = (): LocalKeys => ({
  signingKey: makeSigningKey(),
  agent: createApiKey().text,
  owner: createApiKey().text,
  door: createApiKey().text,
  masterKeys: makeSet(),
  auditKeys: makeSet(),
});

const makeSet = () => ({
  keys: [{ kty: "oct" as const, kid: randomUUID(), k: randomBytes(32).toString("base64url") }],
});

/** New keys for a database whose own are lost. What those sealed is lost with them; everything else stays. */
import { existsSync, readFileSync, renameSync } from "node:fs";
import type { Engine } from "@moorage/engine";
import { SettingError } from "../../setting-error.ts";
import { copyAside, stampOfNow } from "./backup/copy-aside.ts";
import type { Place } from "./backup/restore.ts";
import {
  filesIn,
  isFilled,
  keyFileIn,
  locate,
  newMarker,
  onDisk,
  openDirectories,
  parseMarker,
} from "./directories.ts";
import { openLocalEngine } from "./engine.ts";
import { findKeys, readKeyText } from "./key-store.ts";
import { openKeys, parseKeys } from "./keys.ts";
import { readOrCreate } from "./once.ts";

/** The damaged files in the way of new keys, if any; refused where nothing is lost, or left by a renewal that was cut off. */
export async function findLost(place: Place): Promise<string[]> {
  const { data, config } = locate(place);
  const { database, marker } = filesIn(data);
  if (!isFilled(database))
    throw new SettingError(`${data} holds no database yet; the first call makes it, and its keys`);
  const id = existsSync(marker) ? parseMarker(onDisk(marker, () => readFileSync(marker, "utf8")))?.id : undefined;
  if (id === undefined) return existsSync(marker) ? [marker] : [];
  const keys = keyFileIn(config, id);
  const found = await findKeys({ id, keys, usesKeychain: place.configDir === undefined });
  if (found === undefined) return [];
  // A keychain that does not answer now is no loss: that is thrown.
  const text = found === "file" ? (await readKeyText({ id, keys }, () => "")).text : undefined;
  if (text !== undefined && parseKeys(text) === undefined) return [keys];
  if (await isUnfinished(place)) return [];
  throw new SettingError(`the keys of ${data} are there; nothing has changed`);
}

/** Puts the damaged files aside, and makes keys as at first use; resolves with where a copy of what was there is. */
export async function renewKeys(place: Place, damaged: readonly string[]): Promise<string> {
  const { data } = locate(place);
  const aside = await copyAside(data, "renewal");
  const stamp = stampOfNow();
  for (const path of damaged) onDisk(path, () => renameSync(path, `${path}.${stamp}`));
  const { marker } = filesIn(data);
  onDisk(marker, () => readOrCreate(marker, newMarker));
  await withEngine(place, (engine) => engine.mutation("vault:forgetLost", { tenant: "local" }));
  return aside;
}

/** New keys were made, and what the lost ones sealed is still in the way of new secrets. */
const isUnfinished = async (place: Place) =>
  (await withEngine(place, (engine) => engine.query("vault:hasLost", { tenant: "local" }))) === true;

async function withEngine<T>(place: Place, work: (engine: Engine) => Promise<T>): Promise<T> {
  const directories = { ...openDirectories({ ...place, key: "owner" }), isBegun: false };
  const engine = await openLocalEngine(directories, await openKeys(directories), { runsJobs: false });
  return work(engine).finally(() => engine.close());
}

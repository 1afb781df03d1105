/** A backup becomes the local database: unsealed and tried in a folder apart, then put in its place. */
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { EngineError, restore } from "@moorage/engine";
import { AppError } from "@moorage/shared/errors";
import { SettingError } from "../../../setting-error.ts";
import {
  filesIn,
  keyFileIn,
  type Locations,
  locate,
  makeConfigDirectory,
  makeDataDirectory,
  onDisk,
  parseMarker,
} from "../directories.ts";
import { toAppError } from "../failures.ts";
import { replaceFile } from "../once.ts";
import { type About, unpack } from "./contents.ts";
import { copyAside } from "./copy-aside.ts";
import { writeDeployments, writeOver } from "./deployments.ts";
import { inScratch } from "./scratch.ts";
import { damaged, unseal } from "./sealed-file.ts";
import { tryCopy } from "./try-copy.ts";

export interface Place {
  dataDir?: string;
  configDir?: string;
}

interface Restored {
  createdAt: string;
  secretsOpen: boolean;
  /** Where what was there before is now. */
  aside?: string;
}

export async function restoreBackup(
  place: Place,
  file: string,
  { passphrase, replaces }: { passphrase: string; replaces: boolean },
): Promise<Restored> {
  const target = locate(place);
  const isTaken = Object.values(filesIn(target.data)).some((path) => existsSync(path));
  if (isTaken && !replaces) {
    throw new SettingError(`${target.data} holds a database already; --replace puts it aside first`);
  }
  if (!existsSync(file)) throw new SettingError(`there is no file ${file}`);
  if (statSync(file).isDirectory()) throw new SettingError(`${file} is no backup of Moorage`);
  makeConfigDirectory(target.config);
  return inScratch(target.config, async (scratch) => {
    const database = join(scratch, "backup.db");
    const about = await unpack(unseal(createReadStream(file), passphrase, file), database, file);
    const id = idOf(about, file);
    // Tried as a copy: what is restored is what was backed up, without the traces of that.
    const secretsOpen = await tryUnpacked(about, { scratch, database, id, file });
    makeDataDirectory(target.data);
    const aside = isTaken ? await copyAside(target.data, "restore") : undefined;
    await putInPlace(target, { about, database, id }).catch((error: unknown) => {
      if (aside !== undefined) rmSync(aside, { recursive: true });
      throw error;
    });
    return { createdAt: about.createdAt, secretsOpen, ...(aside === undefined ? {} : { aside }) };
  });
}

function idOf({ marker }: About, file: string): string {
  const found = onlyFromThisRelease(file, () => parseMarker(marker));
  if (found === undefined) throw damaged(file);
  return found.id;
}

interface Unpacked {
  scratch: string;
  database: string;
  id: string;
  file: string;
}

async function tryUnpacked(about: About, { scratch, database, id, file }: Unpacked): Promise<boolean> {
  const copy = { data: join(scratch, "tried", "data"), config: join(scratch, "tried", "config") };
  for (const folder of Object.values(copy)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  copyFileSync(database, filesIn(copy.data).database);
  writeFileSync(filesIn(copy.data).marker, about.marker);
  writeFileSync(keyFileIn(copy.config, id), about.keys, { mode: 0o600 });
  return onlyFromThisRelease(file, () => tryCopy(copy));
}

function onlyFromThisRelease<T>(file: string, work: () => T): T {
  const refuse = (error: unknown): never => {
    if (error instanceof AppError && error.code === "newer_data") {
      throw new SettingError(`${file} was made by a newer release; update moorage`);
    }
    throw error;
  };
  try {
    const done = work();
    return done instanceof Promise ? (done.catch(refuse) as T) : done;
  } catch (error) {
    return refuse(error);
  }
}

/**
 * The database first: it is what another process may still hold, and then nothing else may have changed. Ended between
 * these steps, the same command, with --replace, completes them.
 */
async function putInPlace(
  { data, config }: Locations,
  { about, database, id }: { about: About; database: string; id: string },
): Promise<void> {
  const files = filesIn(data);
  try {
    await restore(database, files.database);
  } catch (error) {
    if (error instanceof EngineError && error.code === "in_use") {
      throw new SettingError("another process has the database open; quit the MCP clients that use it, then try again");
    }
    throw toAppError(error);
  }
  chmodSync(files.database, 0o600);
  writeOver(keyFileIn(config, id), about.keys);
  writeDeployments(config, about.deployments);
  onDisk(files.marker, () => replaceFile(files.marker, about.marker));
}

/** Where a user's data and keys lie, and the one file that says which release's data it is. */
import { randomUUID } from "node:crypto";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { platform } from "node:process";
import { AppError } from "@moorage/shared/errors";
import envPaths from "env-paths";
import * as z from "zod";
import type { EmbeddedOptions } from "../types.ts";
import { WITHOUT_KEYS } from "./lost-keys.ts";
import { isCode, readOrCreate } from "./once.ts";

/** Raised when an older release could no longer make sense of the directory. */
export const FORMAT = 1;

const marker = z.object({ format: z.number(), id: z.uuid() });

export interface Directories {
  database: string;
  /** Names this database whatever its path: its keys are kept under it. */
  id: string;
  keys: string;
  /** Whoever names a directory for the keys gets them there, and none in the keychain. */
  usesKeychain: boolean;
  /** The database has been made, and so its keys have: where these are nowhere, they are lost. */
  isBegun: boolean;
}

export interface Locations {
  data: string;
  config: string;
}

/** Where they are, or would be made. */
export function locate({ dataDir, configDir }: Pick<EmbeddedOptions, "dataDir" | "configDir">): Locations {
  const standard = envPaths("moorage", { suffix: "" });
  return { data: resolve(dataDir ?? standard.data), config: resolve(configDir ?? standard.config) };
}

/** Makes what is missing (0700) and refuses a directory of a newer release before anything in it is touched. */
export function openDirectories(options: EmbeddedOptions): Directories {
  const { data, config } = locate(options);
  makeDataDirectory(data);
  makeConfigDirectory(config);
  const { database, marker } = filesIn(data);
  // Looked at first: whoever makes a database makes its marker and its keys before there is anything in it.
  const isBegun = isFilled(database);
  if (isEmptied(database)) throw damaged(`${database} is empty, and was not`);
  if (isBegun && !startsAsDatabase(database)) throw damaged(`${database} is no database`);
  const { id } = readMarker(marker, isBegun);
  makePrivate(database);
  return { database, id, keys: keyFileIn(config, id), usesKeychain: options.configDir === undefined, isBegun };
}

const damaged = (why: string) => new AppError("database_corrupt", undefined, { cause: new Error(why) });

/** How every SQLite database begins (https://www.sqlite.org/fileformat.html). */
const HEADER = Buffer.from("SQLite format 3\0");

function startsAsDatabase(path: string): boolean {
  return onDisk(path, () => {
    const file = openSync(path, "r");
    try {
      const start = Buffer.alloc(HEADER.length);
      readSync(file, start);
      return start.equals(HEADER);
    } finally {
      closeSync(file);
    }
  });
}

/**
 * Whether the database has lost all it had; SQLite would begin anew in it. Who uses a database first has filled it when
 * the file beside it appears, so it is looked at again after that one.
 */
export function isEmptied(database: string): boolean {
  const isEmpty = () => onDisk(database, () => statSync(database, { throwIfNoEntry: false })?.size === 0);
  return isEmpty() && existsSync(`${database}-scheduler`) && isEmpty();
}

/** Whether there is anything in the file. */
export const isFilled = (path: string): boolean =>
  onDisk(path, () => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0);

export const filesIn = (data: string) => ({ database: join(data, "moorage.db"), marker: join(data, "moorage.json") });

export const keyFileIn = (config: string, id: string): string => join(config, `${id}.json`);

export const makeDataDirectory = (path: string): void => makeDirectory(path, "data", "MOORAGE_DATA_DIR");

export const makeConfigDirectory = (path: string): void => makeDirectory(path, "config", "MOORAGE_CONFIG_DIR");

function readMarker(path: string, isBegun: boolean): z.infer<typeof marker> {
  const text = onDisk(path, () =>
    readOrCreate(path, () => {
      if (isBegun) throw unmarked(path, "is missing beside its database");
      return newMarker();
    }),
  );
  const found = parseMarker(text);
  if (found === undefined) throw unmarked(path, "is damaged");
  return found;
}

export const newMarker = (): string => `${JSON.stringify({ format: FORMAT, id: randomUUID() })}\n`;

const unmarked = (path: string, what: string) =>
  new AppError("setup", `${path} ${what}; it says which keys are the database's.`, {
    hint: `Put the file back if you have it. ${WITHOUT_KEYS}`,
  });

/** What a marker says; undefined for anything else. One of a newer release is refused. */
export function parseMarker(text: string): z.infer<typeof marker> | undefined {
  const found = marker.safeParse(parseJson(text)).data;
  if (found !== undefined && found.format > FORMAT) throw new AppError("newer_data");
  return found;
}

export function makeDirectory(path: string, what: string, variable: string): void {
  onDisk(path, () => makeLevels(path), { what: `${what} directory`, variable });
}

/** One level at a time: Node's recursive form does not return on some paths that can never exist (below /proc). */
function makeLevels(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeLevels(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have been first.
    if (!isCode(error, "EEXIST") || !statSync(path).isDirectory()) throw error;
  }
}

/** SQLite makes its other files as readable as the database itself: in an open directory, too, only its owner reads it. */
function makePrivate(path: string): void {
  onDisk(path, () => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) closeSync(openSync(path, "a", 0o600));
    else if (platform !== "win32" && (found.mode & 0o077) !== 0) chmodSync(path, found.mode & 0o700);
  });
}

/** Runs file work; a refusal of the operating system becomes a sentence about the path, with the next step. */
export function onDisk<T>(path: string, work: () => T, directory?: { what: string; variable: string }): T {
  const what = directory === undefined ? path : `The ${directory.what} ${path}`;
  const elsewhere = directory === undefined ? "" : `, or set ${directory.variable} to another directory`;
  try {
    return work();
  } catch (cause) {
    if (isCode(cause, "ENOSPC", "EDQUOT")) throw new AppError("disk_full", undefined, { cause });
    if (isCode(cause, "EACCES", "EPERM", "EROFS")) {
      throw new AppError("setup", `${what} cannot be used: permission denied.`, {
        hint: `Give this user read and write permission${elsewhere}.`,
        cause,
      });
    }
    if (isCode(cause, "ENAMETOOLONG", "ENOENT")) {
      throw new AppError("setup", `${what} cannot be made: the system does not allow such a path.`, {
        hint: `Choose a shorter or another path${elsewhere}.`,
        cause,
      });
    }
    if (isCode(cause, "ENOTDIR", "EEXIST", "EISDIR")) {
      throw new AppError("setup", `${what} cannot be used: something else is in its place.`, {
        hint: `Move what is there aside${elsewhere}.`,
        cause,
      });
    }
    throw cause;
  }
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

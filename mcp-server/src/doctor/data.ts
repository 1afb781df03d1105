/** The local data directory, looked at without changing or making anything. */
import { readdirSync, readFileSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "../backend/embedded/backup/restore.ts";
import { FORMAT, filesIn, isEmptied, isFilled, keyFileIn, locate, parseJson } from "../backend/embedded/directories.ts";
import { findKeys } from "../backend/embedded/key-store.ts";
import { lostKeys } from "../backend/embedded/lost-keys.ts";
import { quote } from "../shell.ts";
import { FILE, FOLDER, findClosed } from "./access.ts";
import { broken, type Finding, ok, type Remedy, warning } from "./finding.ts";

const MB = 1024 * 1024;
const LITTLE_MB = 500;
const TOO_LITTLE_MB = 20;

/** What is there is put aside. */
export const RESTORE: Remedy = ["restore", "FILE", "--replace"];

export async function inspectData(place: Place): Promise<Finding[]> {
  const { data, config } = locate(place);
  const { database, marker } = filesIn(data);
  const closed = [data, config].flatMap((path) => inspectAccess(path, FOLDER));
  if (closed.length === 0) closed.push(...[database, marker].flatMap((path) => inspectAccess(path, FILE)));
  if (closed.length > 0) return closed;
  if (isEmptied(database)) {
    const emptied = `${database} is damaged: it is empty, and was not.`;
    return [broken("database", `${emptied} Without a backup, move it aside: the next call makes a new one.`, RESTORE)];
  }
  if (!isFilled(database)) return [ok("data", `Nothing is kept in ${data} yet; the first call makes it.`)];
  const ours = [data, database, `${database}-scheduler`, marker, config, ...filesOf(config)];
  const findings = [inspectDisk(data), ...ours.flatMap(inspectMode)];
  const release = await inspectRelease(place);
  return [...findings, release ?? (await inspectDatabase(database))];
}

/** Where keys are kept, and what leads to them: nothing in it is anyone else's. */
const filesOf = (config: string): string[] =>
  isThere(config) ? readdirSync(config).map((name) => join(config, name)) : [];

const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;

const inspectAccess = (path: string, needed: number): Finding[] => {
  const closed = findClosed(path, needed);
  return closed === undefined ? [] : [broken("data", closed.message, closed.command)];
};

function inspectDisk(data: string): Finding {
  const { bavail, bsize } = statfsSync(data);
  const free = Math.floor((bavail * bsize) / MB);
  const said = `${free} MB are free where ${data} is.`;
  if (free < TOO_LITTLE_MB) return broken("disk", `Only ${said} Writing will fail.`, `df -h ${quote(data)}`);
  if (free < LITTLE_MB) return warning("disk", `Only ${said}`, `df -h ${quote(data)}`);
  return ok("disk", said);
}

function inspectMode(path: string): Finding[] {
  if (process.platform === "win32" || !isThere(path)) return [];
  const { mode } = statSync(path);
  if ((mode & 0o077) === 0) return [];
  return [warning("modes", `Other users of this machine have permissions on ${path}.`, `chmod go= ${quote(path)}`)];
}

/** Undefined where this release may open the data, and has its keys. */
async function inspectRelease(place: Place): Promise<Finding | undefined> {
  const { data, config } = locate(place);
  const path = filesIn(data).marker;
  const marker = parseJson(readOr(path, "{}")) as { format?: number; id?: string } | undefined;
  if (typeof marker?.format !== "number" || typeof marker.id !== "string") {
    return broken("data", `${path} is damaged or missing.`, RESTORE);
  }
  if (marker.format > FORMAT) {
    return broken("data", `A newer Moorage wrote ${data}; this one cannot read it.`, "npx moorage@latest init");
  }
  const keys = keyFileIn(config, marker.id);
  const [closed] = inspectAccess(keys, FILE);
  if (closed !== undefined) return closed;
  const where = { id: marker.id, keys, usesKeychain: place.configDir === undefined };
  if ((await findKeys(where)) !== undefined) return undefined;
  const { message, hint } = lostKeys(where);
  return broken("keys", `${message} ${hint}`, RESTORE);
}

async function inspectDatabase(path: string): Promise<Finding> {
  const { DatabaseSync } = await import("node:sqlite");
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    const [first] = database.prepare("PRAGMA quick_check(1)").all();
    database.close();
    if (Object.values(first ?? {})[0] === "ok") return ok("database", `${path} is whole.`);
  } catch (error) {
    // One that is only held by somebody, or out of reach, must not be replaced.
    if (!isDamage(error))
      return broken("database", `${path} cannot be opened: ${textOf(error)}.`, `ls -l ${quote(path)}`);
  }
  return broken("database", `${path} is damaged.`, RESTORE);
}

/** SQLite's "corrupt" and "not a database". */
const isDamage = (error: unknown) =>
  error instanceof Error && "errcode" in error && [11, 26].includes(Number(error.errcode) & 0xff);
const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise;
  }
}

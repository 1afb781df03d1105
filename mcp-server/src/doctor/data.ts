/** The local data directory, looked at without changing or making anything. */
import { readFileSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Locations } from "../backend/embedded/directories.ts";
import { FORMAT, parseJson } from "../backend/embedded/directories.ts";
import { quote } from "../shell.ts";
import { broken, type Finding, ok, warning } from "./finding.ts";

const MB = 1024 * 1024;
const LITTLE_MB = 500;
const TOO_LITTLE_MB = 20;

/** What is there is put aside. */
export const RESTORE = "moorage restore FILE --replace";

export async function inspectData({ data, config }: Locations): Promise<Finding[]> {
  const database = join(data, "moorage.db");
  if (!isThere(data) || !isThere(database))
    return [ok("data", `Nothing is kept in ${data} yet; the first call makes it.`)];
  const findings = [inspectDisk(data), ...[data, database, config].flatMap(inspectMode)];
  const release = inspectRelease(data, config);
  return [...findings, release ?? (await inspectDatabase(database))];
}

const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;

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
  return [warning("modes", `Other users of this machine can reach ${path}.`, `chmod go= ${quote(path)}`)];
}

/** Undefined where this release may open the data, and has its keys. */
function inspectRelease(data: string, config: string): Finding | undefined {
  const marker = parseJson(readOr(join(data, "moorage.json"), "{}")) as { format?: number; id?: string } | undefined;
  if (typeof marker?.format !== "number" || typeof marker.id !== "string") {
    return broken("data", `${join(data, "moorage.json")} is damaged or missing.`, RESTORE);
  }
  if (marker.format > FORMAT) {
    return broken("data", `A newer Moorage wrote ${data}; this one cannot read it.`, "npx moorage@latest init");
  }
  if (isThere(join(config, `${marker.id}.json`))) return undefined;
  return broken(
    "keys",
    `The keys of ${data} are not in ${config}; without them its secrets cannot be opened.`,
    RESTORE,
  );
}

async function inspectDatabase(path: string): Promise<Finding> {
  const { DatabaseSync } = await import("node:sqlite");
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    const [first] = database.prepare("PRAGMA quick_check(1)").all();
    database.close();
    if (Object.values(first ?? {})[0] === "ok") return ok("database", `${path} is whole.`);
  } catch {
    // Said below, as for a file that opens and has errors.
  }
  return broken("database", `${path} is damaged.`, RESTORE);
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise;
  }
}

/** The built server with everything it keeps below one directory of the test's own. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openDirectories } from "moorage/backend/embedded/directories";
import type { Command } from "./stdio-client.ts";

export function embedded(entry: string, home: string): Command {
  mkdirSync(home, { recursive: true });
  return {
    args: [entry],
    env: { MOORAGE_DATA_DIR: dataDir(home), MOORAGE_CONFIG_DIR: configDir(home), XDG_CACHE_HOME: join(home, "..") },
  };
}

/** The file that such a server keeps its memories in. */
export const databaseOf = (home: string): string =>
  openDirectories({ dataDir: dataDir(home), configDir: configDir(home), key: "owner" }).database;

const dataDir = (home: string) => join(home, "data");
const configDir = (home: string) => join(home, "config");

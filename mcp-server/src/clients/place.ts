/** The machine as a client's files are looked for on it. */

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

export interface Place {
  platform: NodeJS.Platform;
  home: string;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

export const thisPlace = (env: Place["env"]): Place => ({
  platform: process.platform,
  home: homedir(),
  cwd: process.cwd(),
  env,
});

/** Where applications keep a user's settings. */
export function settingsFolder({ platform, home, env }: Place): string {
  if (platform === "darwin") return join(home, "Library", "Application Support");
  if (platform === "win32") return env["APPDATA"] ?? join(home, "AppData", "Roaming");
  return env["XDG_CONFIG_HOME"] || join(home, ".config");
}

/** The absolute path of a program that a shell would find. */
export function findProgram(name: string, { platform, env }: Place): string | undefined {
  const endings = platform === "win32" ? [".exe", ".cmd"] : [""];
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const paths = folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending)));
  return paths.find((path) => existsSync(path));
}

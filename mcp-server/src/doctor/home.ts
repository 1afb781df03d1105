import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import type { Place } from "../clients/place.ts";
import { quote } from "../shell.ts";
import { broken, type Finding } from "./finding.ts";

/** Clients and, unless directories are named, data and keys are looked for in it. */
export function inspectHome({ home, platform }: Pick<Place, "home" | "platform">): Finding[] {
  if (existsSync(home)) return [];
  const system = homeBySystem();
  const make = platform === "win32" ? `mkdir "${home}"` : `sudo install -d -o "$(id -un)" ${quote(home)}`;
  const isElsewhere = platform !== "win32" && system !== undefined && existsSync(system);
  const mend = isElsewhere ? `export HOME=${quote(system)}` : make;
  return [broken("home", `The home directory ${home} is not there.`, mend)];
}

/** What the system has noted for this user, whatever the environment says; of a user it does not know, nothing. */
function homeBySystem(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    return undefined;
  }
}

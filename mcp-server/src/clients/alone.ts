/** One `moorage init` or `moorage uninstall` at a time, on what is kept in one place. */
import { join } from "node:path";
import { AppError } from "@moorage/shared/errors";
import { alone } from "../alone.ts";
import { makeConfigDirectory } from "../backend/embedded/directories.ts";
import { sqliteProblem } from "../node-version.ts";

export async function aloneWithClients<T>(config: string, work: () => Promise<T>): Promise<T> {
  makeConfigDirectory(config);
  // A Moorage elsewhere needs no SQLite here, and gets by without the lock, which does.
  if (sqliteProblem() !== undefined) return work();
  return alone(join(config, "clients.lock"), busy(), work);
}

const busy = () =>
  new AppError("setup", "Another moorage init or uninstall is running on this machine.", {
    hint: "Wait until it has ended, then run this again.",
  });

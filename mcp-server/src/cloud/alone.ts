/** One change of a deployment at a time. */
import { join } from "node:path";
import { AppError } from "@moorage/shared/errors";
import { alone as aloneAt } from "../alone.ts";
import { makeConfigDirectory } from "../backend/embedded/directories.ts";

export async function alone<T>(config: string, name: string, work: () => Promise<T>): Promise<T> {
  makeConfigDirectory(config);
  await import("node:sqlite").catch(refuseNode);
  return aloneAt(join(config, `cloud-${name}.lock`), busy(name), work);
}

/** As convex and wrangler would, a few steps later. */
function refuseNode(cause: unknown): never {
  throw new AppError("setup", `This needs Node 22.16 or newer with its own SQLite; this is ${process.versions.node}.`, {
    hint: "Install Node 24 from https://nodejs.org, then run it again.",
    cause,
  });
}

const busy = (name: string) =>
  new AppError("setup", `Another moorage up or down of ${name} is running on this machine.`, {
    hint: "Wait until it has ended, then run this again.",
  });

/** One change of a deployment at a time. The lock is the operating system's: it ends with its process, however that ends. */
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@moorage/shared/errors";
import { makeConfigDirectory, onDisk } from "../backend/embedded/directories.ts";

export async function alone<T>(config: string, name: string, work: () => Promise<T>): Promise<T> {
  makeConfigDirectory(config);
  const path = join(config, `cloud-${name}.lock`);
  onDisk(path, () => closeSync(openSync(path, "a", 0o600)));
  const { DatabaseSync } = await import("node:sqlite").catch(refuseNode);
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    take(lock, name);
    return await work();
  } finally {
    lock.close();
  }
}

/** As convex and wrangler would, a few steps later. */
function refuseNode(cause: unknown): never {
  throw new AppError("setup", `This needs Node 22.16 or newer with its own SQLite; this is ${process.versions.node}.`, {
    hint: "Install Node 24 from https://nodejs.org, then run it again.",
    cause,
  });
}

function take(lock: { exec(sql: string): void }, name: string): void {
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    throw new AppError("setup", `Another moorage up or down of ${name} is running on this machine.`, {
      hint: "Wait until it has ended, then run this again.",
      cause,
    });
  }
}

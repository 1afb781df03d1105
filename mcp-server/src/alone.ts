/** Work that one process at a time does. The lock is the operating system's: it ends with its process, however that ends. */
import { closeSync, openSync } from "node:fs";
import type { AppError } from "@moorage/shared/errors";
import { onDisk } from "./backend/embedded/directories.ts";

/** Whoever comes while another is at it is not made to wait: it gets `busy`. */
export async function alone<T>(path: string, busy: AppError, work: () => Promise<T>): Promise<T> {
  onDisk(path, () => closeSync(openSync(path, "a", 0o600)));
  // Loaded here: a Node without it can do what needs no lock.
  const { DatabaseSync } = await import("node:sqlite");
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    if (!isTaken(lock)) throw busy;
    return await work();
  } finally {
    lock.close();
  }
}

function isTaken(lock: { exec(sql: string): void }): boolean {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch {
    return false;
  }
}

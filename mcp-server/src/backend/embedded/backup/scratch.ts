/** A folder for one piece of work, beside the keys: what is in it is as secret as they are. */
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { onDisk } from "../directories.ts";

/** What a killed process left behind goes with a later one's work. */
const LEFT_BEHIND_MS = 60 * 60_000;
const PREFIX = "scratch-";

export async function inScratch<T>(configDir: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(configDir, `${PREFIX}${randomUUID()}`);
  onDisk(folder, () => {
    removeLeftovers(configDir);
    mkdirSync(folder, { mode: 0o700 });
  });
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function removeLeftovers(configDir: string): void {
  for (const name of readdirSync(configDir)) {
    const path = join(configDir, name);
    if (name.startsWith(PREFIX) && statSync(path).mtimeMs < Date.now() - LEFT_BEHIND_MS) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

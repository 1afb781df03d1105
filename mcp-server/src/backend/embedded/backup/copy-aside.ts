/** What a command replaces, kept: by moving these files back it is the database again. Its keys stay where they are. */
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { restore } from "@moorage/engine";
import { filesIn, onDisk } from "../directories.ts";

/** The moment, as a part of a file's name: to the millisecond, since what failed may be done again at once. */
export const stampOfNow = (): string => new Date().toISOString().slice(0, 23).replaceAll(/[:.]/g, "-");

export async function copyAside(data: string, command: "restore" | "renewal"): Promise<string> {
  const folder = join(data, `before-${command}-${stampOfNow()}`);
  onDisk(folder, () => mkdirSync(folder, { mode: 0o700 }));
  const { database, marker } = filesIn(data);
  if (existsSync(marker)) copyFileSync(marker, join(folder, basename(marker)));
  if (existsSync(database)) {
    // A damaged database cannot be copied as one; its bytes can.
    await restore(database, join(folder, basename(database))).catch(() => copyBytes(database, folder));
  }
  return folder;
}

function copyBytes(database: string, folder: string): void {
  for (const file of [database, `${database}-wal`]) {
    if (existsSync(file)) copyFileSync(file, join(folder, basename(file)));
  }
}

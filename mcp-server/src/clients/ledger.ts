/**
 * What `moorage init` made, so that `moorage uninstall` takes back exactly that: a file for each client, of which two
 * that run at once lose none.
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@moorage/shared/errors";
import * as z from "zod";
import { makeConfigDirectory, onDisk, parseJson } from "../backend/embedded/directories.ts";
import { isCode, replaceFile } from "../backend/embedded/once.ts";
import { CLIENTS } from "./clients.ts";
import { exchange } from "./exchange.ts";

const entry = z.object({
  path: z.string(),
  made: z.object({
    file: z.boolean(),
    section: z.boolean(),
    folder: z.string().optional(),
    backup: z.boolean().optional(),
  }),
  /** The skill's folder, where one was put beside it. */
  skill: z.string().optional(),
  /** Of the text that was put there. */
  skillDigest: z.string().optional(),
  /** Whether the text before is kept beside it. */
  skillBackup: z.boolean().optional(),
  /** The uppermost folder that was made for it. */
  skillFolder: z.string().optional(),
  /** While its key is exchanged; what is left of one that was broken off is settled by the next command. */
  exchange: exchange.optional(),
});
export type LedgerEntry = z.infer<typeof entry>;
export interface Ledger {
  /** By the clients' names. */
  notes: Readonly<Record<string, LedgerEntry>>;
  /** Why others cannot be read, by the clients' names. */
  damaged: Readonly<Record<string, AppError>>;
}

export const noteIn = (configDir: string, name: string) => join(configDir, `client-${name}.json`);

/** One note that is damaged keeps nobody from the others. */
export function readLedger(configDir: string): Ledger {
  const notes: Record<string, LedgerEntry> = {};
  const damaged: Record<string, AppError> = {};
  for (const { name } of CLIENTS) {
    try {
      const note = readNote(configDir, name);
      if (note !== undefined) notes[name] = note;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      damaged[name] = error;
    }
  }
  return { notes, damaged };
}

export function readNote(configDir: string, name: string): LedgerEntry | undefined {
  const path = noteIn(configDir, name);
  const text = onDisk(path, () => {
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      if (isCode(error, "ENOENT")) return undefined;
      throw error;
    }
  });
  if (text === undefined) return undefined;
  const parsed = entry.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new AppError("setup", `${path} is damaged.`, {
    hint: "Move it aside; the entry in the client's file stays, and can be taken out by hand.",
  });
}

export function writeNote(configDir: string, name: string, content: LedgerEntry): void {
  makeConfigDirectory(configDir);
  const path = noteIn(configDir, name);
  onDisk(path, () => replaceFile(path, `${JSON.stringify(content, null, 2)}\n`));
}

export function forgetNote(configDir: string, name: string): void {
  const path = noteIn(configDir, name);
  onDisk(path, () => rmSync(path, { force: true }));
}

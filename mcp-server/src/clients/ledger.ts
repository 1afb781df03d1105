/** What `moorage init` made, so that `moorage uninstall` takes back exactly that. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@moorage/shared/errors";
import * as z from "zod";
import { onDisk, parseJson } from "../backend/embedded/directories.ts";
import { isCode, replaceFile } from "../backend/embedded/once.ts";

const entry = z.object({
  path: z.string(),
  made: z.object({ file: z.boolean(), section: z.boolean(), folder: z.string().optional() }),
  /** The skill's folder, where one was put beside it. */
  skill: z.string().optional(),
  /** Of the text that was put there. */
  skillDigest: z.string().optional(),
  /** The uppermost folder that was made for it. */
  skillFolder: z.string().optional(),
});
const ledger = z.record(z.string(), entry);
export type Ledger = z.infer<typeof ledger>;
export type LedgerEntry = z.infer<typeof entry>;

const pathIn = (configDir: string) => join(configDir, "clients.json");

export function readLedger(configDir: string): Ledger {
  const path = pathIn(configDir);
  const text = onDisk(path, () => {
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      if (isCode(error, "ENOENT")) return "{}";
      throw error;
    }
  });
  const parsed = ledger.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new AppError("setup", `${path} is damaged.`, {
    hint: "Move it aside; entries in the clients' files stay, and `moorage init` writes a new one.",
  });
}

export function writeLedger(configDir: string, content: Ledger): void {
  const path = pathIn(configDir);
  onDisk(path, () => replaceFile(path, `${JSON.stringify(content, null, 2)}\n`));
}

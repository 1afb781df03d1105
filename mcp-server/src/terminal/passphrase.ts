import { readFileSync } from "node:fs";
import { SettingError } from "../setting-error.ts";
import type { VerbContext } from "../verb.ts";
import { askHidden, readAll, withoutLastBreak } from "./ask.ts";

const MAX_BYTES = 1_000;
/** Whoever gets the file may guess as long as they like. */
const MIN_CHARS = 12;

/** From a file, typed unseen, or from standard input. */
export async function readPassphrase(context: VerbContext, file: string | undefined): Promise<string> {
  const text = withoutLastBreak(await readSource(context, file));
  if (text === "") throw new SettingError("there was no passphrase");
  return text;
}

/** The same for a new one: long enough, and typed twice. */
export async function readNewPassphrase(context: VerbContext, file: string | undefined): Promise<string> {
  const passphrase = await readPassphrase(context, file);
  if (passphrase.length < MIN_CHARS) {
    throw new SettingError(`the passphrase must have at least ${MIN_CHARS} characters; nothing was written`);
  }
  if (file === undefined && context.stdin.isTTY === true) {
    if ((await askHidden(context, "The same again")) !== passphrase) {
      throw new SettingError("these were two different passphrases; nothing was written");
    }
  }
  return passphrase;
}

async function readSource(context: VerbContext, file: string | undefined): Promise<string> {
  if (file === undefined) {
    if (context.stdin.isTTY === true) return askHidden(context, "Passphrase");
    return readAll(context.stdin, { what: "the passphrase", maxBytes: MAX_BYTES });
  }
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new SettingError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

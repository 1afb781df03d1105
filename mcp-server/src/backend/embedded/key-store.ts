/**
 * Where the text with a database's keys is: in the operating system's keychain where one answers, else in a file that
 * only its owner reads. The file is always there, with the keys or with a word on where they are, so that processes which
 * start at the same time agree on one set.
 */
import { readFileSync } from "node:fs";
import { openKeychain, readFromKeychain } from "../../keychain.ts";
import { log } from "../../log.ts";
import { type Directories, onDisk } from "./directories.ts";
import { readOrCreate, replaceFile } from "./once.ts";

const IN_KEYCHAIN = `${JSON.stringify({ keysAre: "in the operating system's keychain" })}\n`;

type Place = Pick<Directories, "id" | "keys" | "usesKeychain">;

const accountOf = ({ id }: Pick<Place, "id">) => `keys ${id}`;

export async function readKeyText(
  directories: Pick<Place, "id" | "keys">,
  make: () => string,
): Promise<{ text: string; isInFile: boolean }> {
  const { keys: path } = directories;
  const text = onDisk(path, () => readOrCreate(path, make));
  if (text !== IN_KEYCHAIN) return { text, isInFile: true };
  return { text: await readFromKeychain(accountOf(directories), "The key set of this database"), isInFile: false };
}

/** Keeps the text; the file goes on holding it until the keychain has given it back. */
export async function keepKeyText(directories: Place, text: string): Promise<void> {
  const { keys: path, usesKeychain } = directories;
  const keychain = usesKeychain ? await openKeychain() : undefined;
  if (keychain !== undefined) {
    try {
      await keychain.write(accountOf(directories), text);
      return onDisk(path, () => replaceFile(path, IN_KEYCHAIN));
    } catch (error) {
      log("the keychain did not take the keys; they stay in a file", error);
    }
  }
  if (onDisk(path, () => readFileSync(path, "utf8")) !== text) onDisk(path, () => replaceFile(path, text));
}

/**
 * Where the text with a database's keys is: in the operating system's keychain where one answers, else in a file that
 * only its owner reads. The file is always there, with the keys or with a word on where they are, so that processes which
 * start at the same time agree on one set.
 */
import { existsSync, readFileSync } from "node:fs";
import { findInKeychain, openKeychain, readFromKeychain } from "../../keychain.ts";
import { log } from "../../log.ts";
import { type Directories, onDisk } from "./directories.ts";
import { readOrCreate, replaceFile } from "./once.ts";

export const IN_KEYCHAIN = `${JSON.stringify({ keysAre: "in the operating system's keychain" })}\n`;

export type Place = Pick<Directories, "id" | "keys" | "usesKeychain">;

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

/** Where the keys of a database are that has been made; undefined where they are lost. */
export async function findKeys(place: Place): Promise<"file" | "keychain" | undefined> {
  const { keys: path, usesKeychain } = place;
  if (onDisk(path, () => existsSync(path))) return "file";
  const isInKeychain = usesKeychain && (await findInKeychain(accountOf(place))) !== undefined;
  return isInKeychain ? "keychain" : undefined;
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

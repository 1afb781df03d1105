/** What keeps this user from a file or folder, with the command that lets them; one that is not there yet is no matter. */
import { accessSync, constants, statSync } from "node:fs";
import { isCode } from "../backend/embedded/once.ts";
import { quote } from "../shell.ts";

export const FILE = constants.R_OK | constants.W_OK;
export const FOLDER = FILE | constants.X_OK;

export interface Closed {
  message: string;
  command: string;
}

export function findClosed(path: string, needed: number): Closed | undefined {
  try {
    if (needed === FOLDER && !statSync(path).isDirectory()) {
      return { message: `${path} is no directory.`, command: `mv ${quote(path)} ${quote(`${path}.aside`)}` };
    }
    accessSync(path, needed);
    return undefined;
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    const message = `${path} cannot be read and written by this user.`;
    return { message, command: isCode(error, "EACCES", "EPERM") ? opening(path) : `ls -ld ${quote(path)}` };
  }
}

/** One's own is opened without being root. */
function opening(path: string): string {
  const open = `chmod -R u+rwX ${quote(path)}`;
  return isOwn(path) ? open : `sudo chown -R "$(id -un)" ${quote(path)} && ${open}`;
}

function isOwn(path: string): boolean {
  try {
    return statSync(path).uid === process.getuid?.();
  } catch {
    return false;
  }
}

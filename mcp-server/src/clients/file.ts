/** Reading and replacing a file that another program owns: whole or not at all, and never over a change of its own. */
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { AppError } from "@moorage/shared/errors";
import writeFileAtomic from "write-file-atomic";
import { isCode } from "../backend/embedded/once.ts";

const MARK = "\uFEFF";
/** A client's settings are some kilobytes; a file of this size is something else. */
const MAX_BYTES = 4 * 1024 * 1024;

export interface SettingsFile {
  /** As it is named; behind a link the file itself is `real`. */
  path: string;
  real: string;
  /** Without a byte order mark; undefined where there is no file yet. */
  text: string | undefined;
  marked: boolean;
  mode: number;
}

export function readSettingsFile(path: string): SettingsFile {
  const link = statOf(path, () => lstatSync(path, { throwIfNoEntry: false }));
  if (link === undefined) return { path, real: path, text: undefined, marked: false, mode: 0o600 };
  const found = statOf(path, () => statSync(path, { throwIfNoEntry: false }));
  if (found === undefined) throw problem(`${path} is a link to a file that is not there`, "Mend or remove the link");
  if (!found.isFile()) throw problem(`${path} is not a regular file`, "Move it aside");
  if (found.size > MAX_BYTES)
    throw problem(`${path} is larger than ${MAX_BYTES / 1024 / 1024} MB`, "Look what is in it");
  const text = readText(path);
  const marked = text.startsWith(MARK);
  return { path, real: realpathSync(path), text: marked ? text.slice(1) : text, marked, mode: found.mode & 0o777 };
}

/** Refuses when somebody changed the file since it was read. The text before is kept beside it, readable by the same. */
export function replaceSettingsFile(file: SettingsFile, text: string, { backup = true } = {}): void {
  requireUnchanged(file);
  const mark = file.marked ? MARK : "";
  const write = (path: string, content: string) => writeFileAtomic.sync(path, mark + content, { mode: file.mode });
  onFile(file.path, () => {
    mkdirSync(dirname(file.real), { recursive: true, mode: 0o700 });
    if (backup && file.text !== undefined) write(backupOf(file.path), file.text);
    write(file.real, text);
  });
}

/** By its own permissions and those of its folder, in which a new text is put before it takes the old one's place. */
export function requireWritable({ real, text }: SettingsFile): void {
  const folder = dirname(real);
  const made = uppermostMissing(folder);
  const needed = made !== undefined ? [dirname(made)] : text === undefined ? [folder] : [real, folder];
  for (const path of needed) onFile(path, () => accessSync(path, constants.W_OK));
}

/** The same for a file that goes. */
export function removeSettingsFile(file: SettingsFile): void {
  requireUnchanged(file);
  removeFile(file.real);
}

function requireUnchanged({ path, text }: SettingsFile): void {
  if (readSettingsFile(path).text === text) return;
  throw problem(`${path} was changed by another program meanwhile`, "Run the command again");
}

/** The highest folder that would have to be made for this one. */
export function uppermostMissing(folder: string): string | undefined {
  if (existsSync(folder)) return undefined;
  return uppermostMissing(dirname(folder)) ?? folder;
}

/** The folder and those above it up to `last`, as far as nothing is in them; a link to one is its user's. */
export function removeEmptyFolders(folder: string, last: string): void {
  if (!folder.startsWith(last) || !lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (readdirSync(folder).length > 0) return;
  onFile(folder, () => rmdirSync(folder));
  if (folder !== last) removeEmptyFolders(dirname(folder), last);
}

export const backupOf = (path: string): string => `${path}.moorage-backup`;

/** What somebody else keeps under that name, be it a link, is not ours to write over. */
export function requireNoBackup(path: string): void {
  const backup = backupOf(path);
  if (statOf(backup, () => lstatSync(backup, { throwIfNoEntry: false })) === undefined) return;
  throw problem(`${backup}, where the text before would be kept, is there already`, "Move it aside");
}

export function removeFile(path: string): void {
  onFile(path, () => rmSync(path, { force: true }));
}

const statOf = (path: string, read: () => Stats | undefined) => onFile(path, read);

function readText(path: string): string {
  const bytes = onFile(path, () => readFileSync(path));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw problem(`${path} is not UTF-8 text`, "Save it as UTF-8", cause);
  }
}

const problem = (message: string, step: string, cause?: unknown) =>
  new AppError("setup", `${message}.`, { hint: `${step}; nothing in it was changed.`, cause });

function onFile<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (isCode(cause, "EACCES", "EPERM", "EROFS")) {
      throw problem(`${path} cannot be read and written by this user`, "Give yourself permission to", cause);
    }
    if (isCode(cause, "ENOSPC", "EDQUOT")) throw new AppError("disk_full", undefined, { cause });
    if (isCode(cause, "ENOTDIR", "ELOOP", "ENOENT", "ENAMETOOLONG")) {
      throw problem(`${path} cannot be reached: something else is in the way`, "Look at the folders above it", cause);
    }
    throw cause;
  }
}

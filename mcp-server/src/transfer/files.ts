/** The files below a path, read within bounds. Links are not followed: a folder from elsewhere may point anywhere. */
import { constants, type Dirent } from "node:fs";
import { type FileHandle, lstat, open, readdir } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { SettingError } from "../setting-error.ts";
import type { Problem, SourceFile } from "./found.ts";

export const FILE_BYTES = 5 * 1024 * 1024;
const MOST_FILES = 10_000;
const DEEPEST = 8;
const READABLE = /\.(?:md|markdown|json|jsonl)$/i;
/** Nobody keeps memory in these. */
const SKIPPED_FOLDERS = new Set(["node_modules", ".git"]);

export type Read = { file: SourceFile } | { problem: Problem };

/** One file, or those of a folder by name: as text, or with the reason why not. */
export async function* filesAt(path: string): AsyncGenerator<Read> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat === undefined) throw new SettingError(`there is no ${path}`);
  if (stat.isSymbolicLink()) throw new SettingError(`${path} is a link: name what it points to`);
  if (!stat.isDirectory()) return yield* readText(path, basename(path));
  let count = 0;
  for await (const { name, problem } of namesBelow(path, 0)) {
    if (problem !== undefined) yield { problem: { place: { file: name, line: 0 }, why: problem } };
    else if (++count > MOST_FILES) throw new SettingError(`${path} has more than ${MOST_FILES} files`);
    else yield* readText(name, relative(path, name).split(sep).join("/"));
  }
}

interface Named {
  name: string;
  problem?: string;
}

async function* namesBelow(folder: string, depth: number): AsyncGenerator<Named> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const name = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (SKIPPED_FOLDERS.has(entry.name)) continue;
      if (depth === DEEPEST) yield { name, problem: `more than ${DEEPEST} folders deep` };
      else yield* namesBelow(name, depth + 1);
    } else if (READABLE.test(entry.name)) yield readableOf(name, entry);
  }
}

function readableOf(name: string, entry: Dirent): Named {
  if (entry.isSymbolicLink()) return { name, problem: "a link, which is not followed" };
  return entry.isFile() ? { name } : { name, problem: "not a file" };
}

async function* readText(name: string, path: string): AsyncGenerator<Read> {
  const refuse = (why: string): Read => ({ problem: { place: { file: name, line: 0 }, why } });
  let handle: FileHandle | undefined;
  try {
    // What became a link since it was looked at is refused by the system; a pipe does not hold anyone up.
    handle = await open(name, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const stat = await handle.stat();
    const inPieces = /\.jsonl$/i.test(name);
    if (!stat.isFile()) yield refuse("not a file");
    else if (!inPieces && stat.size > FILE_BYTES) yield refuse("larger than 5 MB");
    else for await (const piece of piecesOf(handle)) yield { file: { name, path, ...piece } };
  } catch (error) {
    yield refuse(
      error instanceof Unreadable ? error.message : `not readable (${(error as NodeJS.ErrnoException).code})`,
    );
  } finally {
    await handle?.close();
  }
}

class Unreadable extends Error {}

/** Whole lines, at most 5 MB of them at once: a backup may be larger than what one would read in one go. */
async function* piecesOf(handle: FileHandle): AsyncGenerator<Pick<SourceFile, "text" | "firstLine">> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const buffer = Buffer.alloc(FILE_BYTES + 1);
  let firstLine = 1;
  for (let kept = 0, ended = false; !ended; ) {
    const filled = await fill(handle, buffer, kept);
    ended = filled < buffer.length;
    const end = ended ? filled : buffer.lastIndexOf(10) + 1;
    if (end === 0 && !ended) throw new Unreadable("a line of more than 5 MB");
    const bytes = buffer.subarray(0, end);
    if (bytes.includes(0)) throw new Unreadable("not text: it holds NUL");
    const text = decodeWith(decoder, bytes);
    buffer.copyWithin(0, end, filled);
    kept = filled - end;
    // A file in which nothing stands is a file all the same.
    if (text === "" && firstLine > 1) continue;
    yield { text, firstLine };
    firstLine += text.split("\n").length - 1;
  }
}

/** Reads until the buffer is full or the file ends; answers how much is in it. */
async function fill(handle: FileHandle, buffer: Buffer, from: number): Promise<number> {
  let filled = from;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

function decodeWith(decoder: TextDecoder, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Unreadable("not text in UTF-8");
  }
}

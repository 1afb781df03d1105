/** Which files an import may read: regular ones, named as `.env` files are, below folders that a person opened for it. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";
import { AppError } from "@moorage/shared/errors";
import { lineProblem } from "@moorage/shared/line";

/** Where this process may look, and where it keeps its plans and backups. */
export interface Reach {
  /** Relative paths begin here. */
  cwd: string;
  roots: readonly string[];
  stateDir: string;
}

export interface EnvFile {
  /** Absolute, without links. */
  path: string;
  text: string;
  mode: number;
}

/** A `.env` of more is none that a person wrote. */
const MAX_BYTES = 256 * 1024;
const PATH_CHARS = 1_000;

export function readEnvFile(path: string, { cwd, roots }: Reach): EnvFile {
  const file = resolveWithin(path, cwd, openRoots(roots));
  // Neither followed, should it be a link by now, nor waited for, should it be a pipe.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw refusal(path, "is not a regular file");
    if (stat.size > MAX_BYTES) throw refusal(path, `is larger than ${MAX_BYTES / 1024} kB`);
    return { path: file, text: decode(readFileSync(descriptor), path), mode: stat.mode & 0o777 };
  } finally {
    closeSync(descriptor);
  }
}

/** A path as people write it: from where the server works, when it lies below. */
export function shown(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return near.startsWith("..") || isAbsolute(near) ? path : near;
}

interface Root {
  /** As it was named, and where that leads. */
  named: string;
  real: string;
}

function openRoots(roots: readonly string[]): Root[] {
  const open = roots.flatMap((root) => {
    const named = resolve(root);
    const isFolder = statSync(named, { throwIfNoEntry: false })?.isDirectory() === true;
    return isFolder ? [{ named, real: realpathSync(named) }] : [];
  });
  if (open.length > 0) return open;
  throw new AppError("invalid_input", "paths: no folder is open for imports", {
    hint: "Ask the person to start the server with --import-root FOLDER (repeatable), or within the files' git repository.",
  });
}

/** Judged by its name before anything on the disk is looked at. */
function resolveWithin(path: string, cwd: string, roots: readonly Root[]): string {
  if (lineProblem(path, PATH_CHARS) !== undefined)
    throw new AppError("invalid_input", "paths: not one path on one line");
  if (path.split(/[\\/]/).includes("..")) throw refusal(path, 'must not hold ".."');
  if (!basename(path).includes(".env"))
    throw refusal(path, "is not named as .env files are (.env, .env.local, app.env)");
  const full = resolve(cwd, path);
  const root = roots.find(({ named, real }) => isBelow(full, named) || isBelow(full, real));
  if (root === undefined)
    throw refusal(path, "lies outside the folders that are open for imports", {
      hint: `Open are: ${roots.map(({ real }) => real).join(", ")}. --import-root FOLDER adds one when the server starts.`,
    });
  const steps = relative(isBelow(full, root.real) ? root.real : root.named, full).split(sep);
  return steps.reduce((folder, step, at) => {
    const next = join(folder, step);
    const stat = lstatSync(next, { throwIfNoEntry: false });
    if (stat === undefined) throw refusal(path, "does not exist");
    if (stat.isSymbolicLink()) throw refusal(path, "is, or lies behind, a symbolic link");
    if (at === steps.length - 1 && !stat.isFile()) throw refusal(path, "is not a regular file");
    return next;
  }, root.real);
}

const isBelow = (path: string, folder: string) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** Text that is not UTF-8 could not be written back as it was. */
function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refusal(path, "is not UTF-8 text");
  }
}

const refusal = (path: string, problem: string, more: { hint?: string } = {}) =>
  new AppError("invalid_input", `paths: ${path} ${problem}`, more);

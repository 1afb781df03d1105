/** V8's compiled code on disk, which halves the time to load the kernel. Everything about it may fail without harm. */
import { accessSync, constants, mkdirSync } from "node:fs";
import module from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** After a load, when the server is likely idle. MCP servers are usually killed, and the cache is not written then. */
const FLUSH_AFTER_MS = 1_500;

/** In this user's own cache directory: code from a shared one could be anyone's. Node 20 has no compile cache. */
export function enableCompileCache(env: Readonly<Record<string, string | undefined>>): void {
  try {
    const directory = join(cacheHome(env), "moorage");
    // One level at a time: Node's recursive form does not return on some paths that can never exist.
    makeDirectory(dirname(directory));
    makeDirectory(directory);
    accessSync(directory, constants.W_OK);
    module.enableCompileCache?.(directory);
  } catch {
    // No home, or no room in it: the server starts a little slower.
  }
}

/** Writes what has been compiled so far, a while after the caller has loaded something. */
export function flushCompileCacheSoon(): void {
  setTimeout(() => module.flushCompileCache?.(), FLUSH_AFTER_MS).unref();
}

function cacheHome(env: Readonly<Record<string, string | undefined>>): string {
  if (process.platform === "win32") return env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  return env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
}

function makeDirectory(directory: string) {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

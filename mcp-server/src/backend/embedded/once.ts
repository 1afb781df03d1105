import { randomUUID } from "node:crypto";
import { chmodSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { platform } from "node:process";

/**
 * The file's text, made now if there is none. Of several processes that race, one makes it and all read the same: a hard
 * link appears whole or not at all, and never replaces what is there. Only its owner may read it.
 */
export function readOrCreate(path: string, make: () => string): string {
  try {
    const text = readFileSync(path, "utf8");
    if (platform !== "win32") chmodSync(path, 0o600);
    return text;
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
  }
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, make(), { mode: 0o600, flag: "wx", flush: true });
    linkSync(draft, path);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(path, "utf8");
}

/** Puts new text in a file's place; whoever reads meanwhile sees the old or the new. Only its owner may read it. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: "wx", flush: true });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

export function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

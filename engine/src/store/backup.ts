/** Copies of a database file: made while it is in use, checked, and put in the place of another. */
import { existsSync, renameSync, rmSync } from "node:fs";
import { backup } from "node:sqlite";
import { EngineError, fromSqlite } from "../errors.ts";
import { Connection } from "./connection.ts";
import { checkFormat } from "./file.ts";

/** Pages copied before other work has its turn. */
const PAGES_AT_ONCE = 500;
const LOGS = ["-wal", "-shm", "-journal"];
const SIDE_FILES = [...LOGS, "-scheduler"];

function removeWithSideFiles(path: string): void {
  for (const file of [path, ...SIDE_FILES.map((suffix) => path + suffix)]) rmSync(file, { force: true });
}

/** What `PRAGMA integrity_check` finds: nothing, if all is well. */
export function checkIntegrity(connection: Connection): string[] {
  const findings = connection.rows("PRAGMA integrity_check").map(([line]) => String(line));
  return findings.length === 1 && findings[0] === "ok" ? [] : findings;
}

/**
 * A consistent copy of the state of one moment, in a file of its own. The copy is complete or not there: it gets its
 * name when it is finished and checked.
 */
export async function backUp(source: Connection, target: string): Promise<void> {
  if (existsSync(target)) throw new EngineError("exists", target);
  const unfinished = `${target}.unfinished`;
  removeWithSideFiles(unfinished);
  try {
    await backup(source.handle, unfinished, { rate: PAGES_AT_ONCE });
    verify(unfinished);
    renameSync(unfinished, target);
  } catch (error) {
    throw fromSqlite(error);
  } finally {
    removeWithSideFiles(unfinished);
  }
}

/** Throws an EngineError unless the file is a sound database of this format. */
function verify(path: string): void {
  const connection = new Connection(path);
  try {
    // A copy of a file in WAL mode is one, too; on its own it shall be a single file.
    connection.exec("PRAGMA journal_mode = DELETE");
    if (checkFormat(connection) === "new") throw new EngineError("not_engine_file");
    const findings = checkIntegrity(connection);
    if (findings.length > 0) throw new EngineError("corrupt", findings.slice(0, 3).join("; "));
  } catch (error) {
    throw fromSqlite(error);
  } finally {
    connection.close();
  }
}

/**
 * Locks a file that is about to be replaced, and leaves no log beside it: replayed into the new one it would destroy
 * it. Until then the old file is whole, so its log goes into it first, if it can be opened at all. To leave the log
 * behind is what SQLite refuses while anybody else has the file open, in whatever process.
 */
function lock(path: string): Connection | undefined {
  if (!existsSync(path)) return undefined;
  let connection: Connection | undefined;
  try {
    connection = new Connection(path);
    connection.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
    return connection;
  } catch (error) {
    connection?.close();
    const known = fromSqlite(error);
    if (known instanceof EngineError && known.code === "busy") {
      throw new EngineError("in_use", undefined, { cause: error });
    }
    // No database, or a damaged one: there is nobody to lock out.
    return undefined;
  }
}

/**
 * Makes `target` the state of a backup. While an engine has `target` open it is refused: what that writes would be
 * lost. What was there is replaced at once, after the backup has been found to be sound.
 */
export async function restore(backupPath: string, target: string): Promise<void> {
  if (!existsSync(backupPath)) throw new EngineError("io", `There is no file ${backupPath}.`);
  const source = new Connection(backupPath, { readOnly: true });
  const unfinished = `${target}.unfinished`;
  removeWithSideFiles(unfinished);
  let replaced: Connection | undefined;
  try {
    replaced = lock(target);
    await backup(source.handle, unfinished, { rate: PAGES_AT_ONCE });
    verify(unfinished);
    for (const suffix of LOGS) rmSync(target + suffix, { force: true });
    renameSync(unfinished, target);
  } catch (error) {
    throw fromSqlite(error);
  } finally {
    replaced?.close();
    source.close();
    removeWithSideFiles(unfinished);
  }
}

/** Opening the database file: its format, its settings, and the temporary file that stands in for memory. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineError, fromSqlite } from "../errors.ts";
import type { StorageOptions } from "../types.ts";
import { Connection } from "./connection.ts";

/** "cvxe": tells this format from every other SQLite file. */
const APPLICATION_ID = 0x63767865;
const FORMAT_VERSION = 1;

/** The file's own secret, made with it: seals cursors, function handles and the URLs of files. */
export const SECRET_KEY = "secret";
const SECRET_BYTES = 32;

/** Pages each connection keeps; more would be memory per connection that the operating system caches anyway. */
const WRITER_CACHE_KIB = 8192;
/** The reader that is used first, and alone unless queries overlap, holds most of a middling database. */
const FIRST_READER_CACHE_KIB = 32_768;
const READER_CACHE_KIB = 4096;
/** Large enough that a checkpoint, which the committing call pays for, is rare; small enough to stay in cache. */
const WAL_PAGES = 2000;

const FORMAT = `
  CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    catalog INTEGER NOT NULL,
    schema_epoch INTEGER NOT NULL,
    commit_ts TEXT NOT NULL
  );
  INSERT INTO head VALUES (1, 0, 0, '0');
  CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) WITHOUT ROWID;
  CREATE TABLE tables (number INTEGER PRIMARY KEY, component TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (component, name));
  CREATE TABLE indexes (
    id INTEGER PRIMARY KEY, tbl INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, spec TEXT NOT NULL,
    UNIQUE (tbl, kind, name)
  );
  CREATE TABLE idx (i INTEGER, k BLOB, rid INTEGER NOT NULL, PRIMARY KEY (i, k)) WITHOUT ROWID;
  CREATE TABLE vectors (i INTEGER, rid INTEGER, v BLOB NOT NULL, PRIMARY KEY (i, rid)) WITHOUT ROWID;
  CREATE TABLE chunks (rid INTEGER, seq INTEGER, data BLOB NOT NULL, PRIMARY KEY (rid, seq));
  CREATE TABLE jobs (
    rid INTEGER PRIMARY KEY, tbl INTEGER NOT NULL, id TEXT NOT NULL, due REAL NOT NULL, state TEXT NOT NULL,
    component TEXT NOT NULL, path TEXT NOT NULL
  );
  CREATE INDEX jobs_due ON jobs (state, due);
  CREATE TABLE crons (
    component TEXT, name TEXT, spec TEXT NOT NULL, next REAL NOT NULL, PRIMARY KEY (component, name)
  ) WITHOUT ROWID;
  CREATE TABLE env (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
`;

export interface OpenedFile {
  readonly writer: Connection;
  /** Opens one more reader; null once no further one can be opened (memory). */
  openReader(): Connection | null;
  /** Closes what nobody has asked for yet. */
  close(): void;
  readonly isMemory: boolean;
  readonly path: string;
}

/** Throws for a file that this version must not touch. */
export function checkFormat(writer: Connection): "new" | "current" {
  const version = Number(writer.row("PRAGMA user_version")?.[0]);
  const application = Number(writer.row("PRAGMA application_id")?.[0]);
  if (application === APPLICATION_ID) {
    if (version > FORMAT_VERSION) {
      throw new EngineError("newer_format", `Its format is ${version}; this version knows ${FORMAT_VERSION}.`);
    }
    return "current";
  }
  const tables = Number(writer.row("SELECT count(*) FROM sqlite_schema")?.[0]);
  if (application !== 0 || version !== 0 || tables > 0) throw new EngineError("not_engine_file");
  return "new";
}

function createFormat(writer: Connection): void {
  writer.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have been first.
    if (checkFormat(writer) === "new") {
      writer.exec(FORMAT);
      writer.run("INSERT INTO meta (key, value) VALUES (?, ?)", SECRET_KEY, randomBytes(SECRET_BYTES));
      writer.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT_VERSION}`);
    }
    writer.exec("COMMIT");
  } catch (error) {
    writer.exec("ROLLBACK");
    throw error;
  }
}

function openWriter(path: string, synchronous: string): Connection {
  const writer = new Connection(path);
  try {
    const state = checkFormat(writer);
    // First how much to wait for the disk: the change to a log writes already. What is deleted is written over with zeros.
    writer.exec(
      `PRAGMA synchronous = ${synchronous}; PRAGMA journal_mode = WAL; PRAGMA cache_size = -${WRITER_CACHE_KIB};` +
        `PRAGMA wal_autocheckpoint = ${WAL_PAGES}; PRAGMA secure_delete = ON`,
    );
    if (state === "new") createFormat(writer);
    return writer;
  } catch (error) {
    writer.close();
    throw fromSqlite(error);
  }
}

function openReader(path: string, isFirst: boolean): Connection {
  const reader = new Connection(path, { readOnly: true });
  reader.exec(`PRAGMA cache_size = -${isFirst ? FIRST_READER_CACHE_KIB : READER_CACHE_KIB}`);
  return reader;
}

/** How many readers a memory engine has: all are opened before its file is unlinked. */
const MEMORY_READERS = 3;

/**
 * A memory engine is a file that is unlinked as soon as all its connections are open: nothing stays behind, and
 * snapshots, savepoints and locks are those of a real file.
 */
function openMemory(): OpenedFile {
  const directory = mkdtempSync(join(tmpdir(), "convex-engine-"));
  const path = join(directory, "db");
  try {
    const writer = openWriter(path, "OFF");
    const readers = Array.from({ length: MEMORY_READERS }, (_, i) => {
      // They are taken from the end.
      const reader = openReader(path, i === MEMORY_READERS - 1);
      // Reading opens the reader's log file.
      reader.row("SELECT one FROM head");
      return reader;
    });
    const close = (): void => {
      for (const reader of readers) reader.close();
    };
    return { writer, openReader: () => readers.pop() ?? null, close, isMemory: true, path };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function openFile(storage: StorageOptions): OpenedFile {
  if (storage.kind === "memory") return openMemory();
  const { path } = storage;
  const writer = openWriter(path, storage.synchronous ?? "FULL");
  let readers = 0;
  return { writer, openReader: () => openReader(path, readers++ === 0), close: () => {}, isMemory: false, path };
}

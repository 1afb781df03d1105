/** Failures of the engine itself, as opposed to failures of the functions it runs. */
export type EngineErrorCode =
  | "busy"
  | "closed"
  | "corrupt"
  | "disk_full"
  | "exists"
  | "in_use"
  | "io"
  | "newer_format"
  | "no_env_key"
  | "not_engine_file"
  | "read_only"
  | "restart_needed"
  | "schema_mismatch"
  | "wrong_env_key";

const SENTENCES: Record<EngineErrorCode, string> = {
  busy: "Another process kept the database locked for too long.",
  closed: "The engine has been closed.",
  corrupt: "The database file is damaged.",
  disk_full: "There is no space left for the database file.",
  exists: "A backup needs a file of its own, which is not there yet.",
  in_use: "The database file is open elsewhere; close it first.",
  io: "The database file could not be read or written.",
  newer_format: "The database file was written by a newer version of this program.",
  no_env_key: "Environment variables can only be stored with an envKey.",
  not_engine_file: "The file is a SQLite database of another program.",
  read_only: "The database file cannot be written.",
  restart_needed: "Another process has changed the schema of this database file; restart this one.",
  wrong_env_key: "The stored environment variables were sealed with another envKey.",
  schema_mismatch: "The documents in the database do not match the new schema.",
};

/** The engine could not do its work. `code` tells why; the sentence is for an operator, not for a client. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? SENTENCES[code] : `${SENTENCES[code]} ${detail}`, options);
    this.code = code;
  }
}

// Primary result codes of SQLite (https://www.sqlite.org/rescode.html).
const CODE_OF_RESULT = new Map<number, EngineErrorCode>([
  [5, "busy"],
  [6, "busy"],
  [8, "read_only"],
  [10, "io"],
  [11, "corrupt"],
  [13, "disk_full"],
  [14, "io"],
  [26, "corrupt"],
]);

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}

export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === 5 || code === 6;
}

/** SQLite's own error as an EngineError where the cause is known; anything else unchanged. */
export function fromSqlite(error: unknown): unknown {
  const result = resultCode(error);
  const code = result === undefined ? undefined : CODE_OF_RESULT.get(result);
  return code === undefined ? error : new EngineError(code, undefined, { cause: error });
}

import { EngineError, type EngineErrorCode } from "@moorage/engine";
import { AppError, type ErrorCode } from "@moorage/shared/errors";

const CODES: Record<EngineErrorCode, ErrorCode> = {
  busy: "busy",
  closed: "upstream_down",
  corrupt: "database_corrupt",
  disk_full: "disk_full",
  exists: "internal",
  in_use: "busy",
  io: "database_read_only",
  newer_format: "newer_data",
  no_env_key: "internal",
  not_engine_file: "database_corrupt",
  read_only: "database_read_only",
  restart_needed: "restart_needed",
  schema_mismatch: "newer_data",
  wrong_env_key: "internal",
};

/** What went wrong with the database, in the user's terms; anything else unchanged. */
export function toAppError(error: unknown): unknown {
  return error instanceof EngineError ? new AppError(CODES[error.code], undefined, { cause: error }) : error;
}

import { Engine } from "./engine.ts";
import type { EngineOptions } from "./types.ts";

export type { Engine } from "./engine.ts";
export { EngineError, type EngineErrorCode } from "./errors.ts";
export type { Conflicts, RecordedMutation } from "./runtime/conflicts.ts";
export { restore } from "./store/backup.ts";
export type { EnvChange } from "./store/stored-environment.ts";
export type {
  CallOptions,
  DeploymentInfo,
  EngineOptions,
  FnRef,
  Identity,
  Kind,
  LogLine,
  ModuleMap,
  RequestInfo,
  Schema,
  StorageOptions,
  TransactionLimit,
} from "./types.ts";

/** Opens the database and makes its functions callable. Throws at once on an invalid schema or an unusable file. */
export function createEngine(options: EngineOptions): Engine {
  return new Engine(options);
}

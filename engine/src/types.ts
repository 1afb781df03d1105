/** The engine's public interface. Everything at this boundary is a Convex value, never wire JSON. */
import type { AuthConfig, GenericSchema, SchemaDefinition, UserIdentity } from "convex/server";

/** Key: path inside the functions directory, `./a/b.ts` or `a/b`. Value: a dynamic import of that file. */
// biome-ignore lint/suspicious/noExplicitAny: a module of the user's functions has no type of ours
export type ModuleMap = Record<string, () => Promise<any>>;
export type Identity = (Partial<UserIdentity> & { tokenIdentifier: string; subject: string; issuer: string }) | null;
/** `mod:fn`, `mod`, a function reference (`api.x.y`) or a component reference (`components.c.x.y`). */
export type FnRef = string | object;
export type Kind = "query" | "mutation" | "action";
export type Schema = SchemaDefinition<GenericSchema, boolean> | null;

export type TransactionLimit =
  | "bytesRead"
  | "bytesWritten"
  | "databaseQueries"
  | "documentsRead"
  | "documentsWritten"
  | "functionsScheduled"
  | "scheduledFunctionArgsBytes"
  | "filesWritten"
  | "fileWriteBytes"
  | "filesRead"
  | "fileReadBytes";

export type StorageOptions =
  | { kind: "memory" }
  | { kind: "file"; path: string; synchronous?: "FULL" | "NORMAL" | "OFF" };

export interface DeploymentInfo {
  name: string;
  region: string | null;
  class: string;
}

export interface EngineOptions {
  /** null: none; left out: the one that the file was last given, whose indexes stay (what is written is not validated). */
  schema?: Schema;
  modules: ModuleMap;
  components?: Record<string, { schema?: Schema; modules: ModuleMap }>;
  storage: StorageOptions;
  auth?: AuthConfig;
  env?: Record<string, string>;
  /** Seals stored environment variables (32 bytes); without it none is stored. */
  envKey?: Uint8Array;
  deployment?: DeploymentInfo;
  cloudUrl?: string;
  siteUrl?: string;
  /** false = only hard value and document limits; true (default) = Convex's; object = overrides of Convex's. */
  limits?: boolean | Partial<Record<TransactionLimit, number>>;
  onScheduledError?: (error: unknown, info: { id: string; path: string }) => void;
  /** What functions log; default: the process's own console. */
  onLog?: (line: LogLine) => void;
  /** Run the jobs of `crons.ts`; default: with a file yes, in memory no (`engine.tick` runs them there). */
  crons?: boolean;
  /** Run what is scheduled, cron jobs among it; default: yes. A copy that is only looked at must not act. */
  scheduler?: boolean;
  /** A query or mutation that waits this long for something that is no database operation is ended (3,000). */
  idleDeadlineMs?: number;
  /** Rank every match of a search; otherwise, in large tables, words that stand everywhere only sort by age. */
  exactSearch?: boolean;
  /** Records what each mutation reads and writes, for `engine.conflicts` (test mode). */
  recordConflicts?: boolean;
}

export interface LogLine {
  level: "debug" | "log" | "info" | "warn" | "error";
  message: string;
  path: string;
  requestId: string;
}

export interface CallOptions {
  identity?: Identity;
  component?: string;
  request?: RequestInfo;
}

/** What came with a request, visible to mutations and actions as request metadata. */
export interface RequestInfo {
  ip?: string | null;
  userAgent?: string | null;
  requestId?: string;
  authToken?: string | null;
}

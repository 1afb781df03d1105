import type { Contract, ResultOf } from "@moorage/shared/contract";

export type Arguments = Readonly<Record<string, unknown>>;

/** Calls Moorage's functions. */
export interface Backend {
  /** Arguments are those of the contract less what the backend fills in. A failure is an `AppError`. */
  call<C extends Contract>(
    contract: C,
    args: Arguments,
    options?: { signal?: AbortSignal } | undefined,
  ): Promise<ResultOf<C>>;
  /**
   * A mark for a text that whoever wrote in it cannot foresee: a keyed digest under this session's key. The same for the
   * same text, so that what a client caches by its bytes stays good.
   */
  markOf(text: string): Promise<string>;
  /** Which Moorage it is: `this machine`, or an origin. */
  where(): Promise<string>;
  /** Where a person's browser finds the one-time pages until then; undefined where none can be shown. */
  pagesAt(until: number): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Where Moorage is: an address to give `ConvexHttpClient`, the key to show there, and the way to get there. */
export interface Door {
  address: string;
  apiKey: string;
  fetch: typeof fetch;
  /** Opens the one-time pages for a while, where they are not at the address anyway. */
  openPages?(until: number): Promise<string | undefined>;
  /** Lets servers and people in over the network, where it is not there anyway; resolves with what it listens at. */
  listen?(at: ListenAddress): Promise<string>;
  close(): Promise<void>;
}

export interface ListenAddress {
  host: string;
  /** 0 for a free one. */
  port: number;
}

export interface EmbeddedOptions {
  /** Where the database file is; by default the platform's data directory for this user. */
  dataDir?: string;
  /** Where the keys are; by default the platform's config directory for this user. */
  configDir?: string;
  /** Which of the local tenant's two keys to use: `agent` serves MCP, `owner` is a person's, for commands. */
  key: "agent" | "owner";
  /** A key of the local tenant in place of these two. */
  apiKey?: string;
  /** Where servers reach this Moorage from elsewhere. */
  publicUrl?: string;
  /** Runs no job: it is a copy that is only looked at, and the jobs are another's. */
  isCopy?: boolean;
}

import type { FunctionHost } from "./host.ts";

/** What every route works with. */
export interface ApiContext {
  readonly host: FunctionHost;
  readonly adminKey: string | undefined;
  readonly redact: boolean;
  readonly maxBodyBytes: number;
  readonly maxUploadBytes: number;
  readonly respond: (json: string, status: number) => Response;
}

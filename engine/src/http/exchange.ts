import type { RequestInfo } from "../types.ts";

/** One request on its way through the API. */
export interface Exchange {
  readonly request: Request;
  readonly url: URL;
  readonly requestId: string;
  /** Kept for the log: an error that the client learns only a part of. */
  error?: unknown;
}

export function requestInfo({ request, requestId }: Exchange, authToken: string | null): RequestInfo {
  return {
    ip: request.headers.get("x-forwarded-for")?.split(",")[0]?.trim() ?? null,
    userAgent: request.headers.get("user-agent"),
    requestId,
    authToken,
  };
}

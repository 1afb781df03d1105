import { AuthenticationError } from "../auth/authentication-error.ts";
import { EngineError } from "../errors.ts";
import { SnapshotGoneError } from "../store/held-snapshots.ts";

/** The request itself is wrong, or cannot be served: `{code, message}` with a status that says so. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

const RETRYABLE = new Set(["busy", "closed", "restart_needed"]);

/** Every failure as the protocol's; what is not meant for clients keeps its text to itself. */
export function toProtocolError(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (error instanceof AuthenticationError) {
    const status = error.code === "AuthProviderDiscoveryFailed" ? 400 : 401;
    return new ProtocolError(status, error.code, error.message);
  }
  if (error instanceof SnapshotGoneError) {
    return new ProtocolError(400, "InvalidTimestamp", "ts is none of /api/query_ts, or too long ago.");
  }
  if (error instanceof EngineError && RETRYABLE.has(error.code)) {
    return new ProtocolError(503, "ServiceUnavailable", "Your request couldn't be completed. Try again later.");
  }
  return new ProtocolError(500, "InternalServerError", "Your request couldn't be completed. Try again later.");
}

export function errorResponse({ status, code, message, headers }: ProtocolError): Response {
  return Response.json({ code, message }, { status, headers });
}

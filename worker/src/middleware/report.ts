import { AppError, type ErrorCode } from "@moorage/shared/errors";
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../env.ts";

/** Failures that say something about the key or what it was used for, rather than about arguments or the backend. */
const TOLD: readonly ErrorCode[] = [
  "unauthenticated",
  "network_refused",
  "missing_scope",
  "read_only",
  "rate_limited",
  "beyond_own_key",
  "token_used",
  "approval_refused",
  "approval_closed",
  "approval_declined",
];

/** After the answer: a refusal is told, and, at most hourly, that a key is in use. */
export const report =
  (defer: (c: Context<AppEnv>, work: Promise<void>) => void): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    await next();
    const { error } = c;
    const { door, address, line, session } = c.var;
    let work: Promise<void> | undefined;
    if (error === undefined) work = door.reports?.used(session);
    else if (error instanceof AppError && TOLD.includes(error.code)) {
      if (error.code === "unauthenticated") door.attempts.count(address);
      if (line.keyId !== undefined)
        work = door.reports?.refused({ keyId: line.keyId, code: error.code, function: line.function });
    }
    if (work !== undefined) defer(c, work);
  };

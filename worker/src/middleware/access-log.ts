import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../env.ts";

/** One line a request. Never a body, a key, a proof or a token; from the caller only what was recognised. */
export interface LogLine {
  requestId: string;
  route: "call" | "page" | "report" | "health" | "unknown";
  outcome: string;
  ms: number;
  function?: string;
  keyId?: string;
  client?: string;
  /** Why it failed, in words of ours. */
  cause?: string;
}

export type Log = (line: LogLine) => void;

const CLIENT = /^[ -~]{1,80}$/;

export const accessLog =
  (log: Log, now: () => number): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const started = now();
    const line: LogLine = { requestId: c.get("requestId"), route: "unknown", outcome: "ok", ms: 0 };
    const client = c.req.header("moorage-client");
    if (client !== undefined && CLIENT.test(client)) line.client = client;
    c.set("line", line);
    await next();
    line.ms = now() - started;
    log(line);
  };

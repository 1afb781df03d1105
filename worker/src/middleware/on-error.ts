import { AppError } from "@moorage/shared/errors";
import type { ErrorHandler, NotFoundHandler } from "hono";
import { failureBody, type Respond } from "../answer.ts";
import type { AppEnv } from "../env.ts";
import { showFailure } from "../pages/page.ts";

/** The one place where a failure becomes an answer. What it was about stays in the log, under the same id. */
export const onError =
  (respond: Respond): ErrorHandler<AppEnv> =>
  (error, c) => {
    const failure = error instanceof AppError ? error : new AppError("internal", undefined, { cause: placeOf(error) });
    const { line } = c.var;
    line.outcome = failure.code;
    if (typeof failure.cause === "string") line.cause = failure.cause;
    if (line.route === "page") return showFailure(c, failure);
    return respond(failureBody(failure.toShape(c.get("requestId"))), 200);
  };

export const onUnknownRoute =
  (respond: Respond): NotFoundHandler<AppEnv> =>
  (c) => {
    c.get("line").outcome = "not_found";
    const failure = new AppError("not_found", "There is nothing at this address.", {
      hint: "Functions are called with POST at /api/query, /api/mutation and /api/action; GET /health tells whether the door is open.",
    });
    return respond(failureBody(failure.toShape(c.get("requestId"))), 404);
  };

/** Where an unexpected error arose; its message may quote what the caller sent. */
function placeOf(error: Error): string {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 4).map((line) => line.trim())].join(" ");
}

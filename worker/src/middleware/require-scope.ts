import { isMutating } from "@moorage/shared/contract";
import { AppError } from "@moorage/shared/errors";
import { isGranted } from "@moorage/shared/scopes";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../env.ts";

/** Refuses early what Convex would refuse: a scope the key lacks, and every write of a session narrowed to reading. */
export const requireScope: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { contract } = c.get("call");
  const { scope } = contract;
  const mode = c.req.header("moorage-mode");
  // A mode we do not know may have been meant to narrow: better refused than ignored.
  if (mode !== undefined && mode !== "read")
    throw new AppError("invalid_input", 'Moorage-Mode: must be "read" or absent');
  if (mode === "read" && isMutating(contract)) throw new AppError("read_only");
  if (!isGranted(c.get("session").scopes ?? [], scope))
    throw new AppError("missing_scope", `This key lacks the scope "${scope}".`);
  await next();
};

import { isMutating } from "@moorage/shared/contract";
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../env.ts";

/** Calls of these scopes may give servers something else to do, or end one's key. */
const STIRRING: readonly string[] = ["deploy:write", "status:write", "secrets:write", "keys:admin", "instance"];

/** After such an answer, servers hear of it with their next heartbeat. */
export const stir =
  (defer: (c: Context<AppEnv>, work: Promise<void>) => void): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    await next();
    const { call, door } = c.var;
    if (c.error !== undefined || door.presence === undefined || !isMutating(call.contract)) return;
    if (!STIRRING.includes(call.contract.scope) || call.contract.path === "instances:heartbeat") return;
    // Within a minute they hear of it anyway.
    defer(c, door.presence.stir().catch(door.onFailure));
  };

import { resolve } from "@moorage/shared/contracts/keys";
import { AppError } from "@moorage/shared/errors";
import type { Context, MiddlewareHandler } from "hono";
import * as z from "zod";
import type { AppEnv } from "../env.ts";

/** Less than the contract promises: a scope that only a newer Convex knows must not close an older door. */
const resolved = z.object({
  value: z.object({
    scopes: z.array(z.string()),
    expiresAt: z.number().optional(),
    instance: z.string().optional(),
  }),
});

/** Asks Convex about the key, at most once a minute, and forgets it when Convex no longer knows it. */
export const resolveKey: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { door, session, line } = c.var;
  line.keyId = session.keyId;
  if (!door.sessions.isKnown(session)) await ask(c);
  await next();
  if (c.error instanceof AppError && isRefusal(c.error)) door.sessions.refuse(session, c.error.code);
};

async function ask(c: Context<AppEnv>): Promise<void> {
  const { door, session, requestId } = c.var;
  try {
    const call = { kind: resolve.kind, path: resolve.path, format: "json", args: {} } as const;
    const answer = await door.convex.forward(call, session.token, { id: requestId, signal: c.req.raw.signal });
    const parsed = resolved.safeParse(JSON.parse(answer));
    if (!parsed.success) throw new AppError("internal", undefined, { cause: "keys:resolve broke its contract" });
    session.instance = parsed.data.value.instance;
    door.sessions.vouch(session, parsed.data.value.scopes, parsed.data.value.expiresAt);
  } catch (error) {
    if (error instanceof AppError && isRefusal(error)) door.sessions.refuse(session, error.code);
    throw error;
  }
}

const isRefusal = ({ code }: AppError) => code === "unauthenticated" || code === "network_refused";

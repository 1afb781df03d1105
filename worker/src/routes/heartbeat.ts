/** Heartbeats end at the door: `Presence` answers them, and Convex hears of what changed. */
import { parseApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import { explainIssues } from "@moorage/shared/contract";
import { type Beat, type Desired, heartbeat } from "@moorage/shared/contracts/instances";
import { AppError } from "@moorage/shared/errors";
import type { Context, MiddlewareHandler } from "hono";
import type { Respond } from "../answer.ts";
import { assertBounded } from "../bounds.ts";
import type { AppEnv } from "../env.ts";
import { BEARER } from "../middleware/authenticate.ts";
import type { Presence, Sender } from "../presence/presence.ts";

/** Of a server that its shard knows: answered before anybody is asked about its key. */
export const knownHeartbeat =
  (clientAddress: (c: Context<AppEnv>) => string | undefined, respond: Respond): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const { presence } = c.var.door;
    const beat = presence === undefined ? undefined : readBeat(c);
    const sender = beat === undefined ? undefined : await readSender(c);
    if (presence === undefined || beat === undefined || sender === undefined) return next();
    // By address, too: nobody uses up the calls of a key they cannot prove.
    const limit = await c.env.RATE_LIMITER?.limit({ key: `heartbeat ${sender.keyId} ${clientAddress(c) ?? ""}` });
    if (limit?.success === false) throw new AppError("rate_limited");
    const desired = await presence.beat(sender, beat);
    if (desired === undefined) return next();
    Object.assign(c.get("line"), { function: heartbeat.path, keyId: sender.keyId });
    return answer(respond, desired);
  };

/** Of one that Convex has just vouched for. */
export const firstHeartbeat =
  (respond: Respond): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const { call, door, session } = c.var;
    const { presence } = door;
    if (call.contract.path !== heartbeat.path || presence === undefined) return next();
    assertBounded(call.args);
    const checked = heartbeat.args.safeParse(call.args);
    if (!checked.success) throw new AppError("invalid_input", explainIssues(checked.error, call.args));
    if (session.instance === undefined) throw new AppError("invalid_input", "The key is not a server's.");
    return answer(respond, await admit(presence, c, session.instance, checked.data));
  };

async function admit(presence: Presence, c: Context<AppEnv>, instance: string, beat: Beat): Promise<Desired> {
  const { keyId, proof } = c.var.session;
  const desired = await presence.admit({ keyId, proofHash: await proofHashOf(proof) }, instance, beat);
  if (desired === undefined) throw new AppError("unauthenticated");
  return desired;
}

const answer = (respond: Respond, value: Desired) => respond(JSON.stringify({ status: "success", value }), 200);

/** Whatever is not plainly a heartbeat goes the way of every call, and is refused there if it must be. */
function readBeat(c: Context<AppEnv>): Beat | undefined {
  const body = c.get("body");
  if (!body.includes(heartbeat.path) || c.req.path !== "/api/mutation") return undefined;
  if (c.req.header("moorage-mode") !== undefined) return undefined;
  try {
    const { path, args, ...rest } = JSON.parse(body) as { path?: unknown; args?: unknown; format?: unknown };
    if (path !== heartbeat.path || Object.keys(rest).join() !== "format") return undefined;
    const [only, ...more] = Array.isArray(args) ? (args as unknown[]) : [args];
    if (more.length > 0) return undefined;
    assertBounded(only);
    return heartbeat.args.safeParse(only).data;
  } catch {
    return undefined;
  }
}

async function readSender(c: Context<AppEnv>): Promise<Sender | undefined> {
  const key = parseApiKey(BEARER.exec(c.req.header("authorization") ?? "")?.[1] ?? "");
  if (key === undefined) return undefined;
  return { keyId: key.keyId, proofHash: await proofHashOf(await proofOf(key.secret)) };
}

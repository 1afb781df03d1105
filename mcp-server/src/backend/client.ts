/** Moorage's functions over Convex's own wire, whoever is behind the door. */
import { createHmac } from "node:crypto";
import { type Contract, explainIssues, type ResultOf } from "@moorage/shared/contract";
import { AppError, parseErrorShape } from "@moorage/shared/errors";
import { isWriteScope } from "@moorage/shared/scopes";
import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { ConvexError } from "convex/values";
import { localDay } from "../local-day.ts";
import { acceptResult } from "./accept.ts";
import { lazyDoor } from "./lazy-door.ts";
import type { Arguments, Backend, Door } from "./types.ts";

/** Two attempts stay below the 60 s after which MCP clients give up. */
const ATTEMPT_MS = 25_000;
/** 48 bits: nobody hits them by chance, and an answer is the one place to try. */
const MARK_CHARS = 12;

export interface ClientOptions {
  /** Sent as `Moorage-Client`: which program this is for. */
  clientName: () => string;
  readOnly: boolean;
  attemptMs?: number;
  now?: () => Date;
}

/** A door, or the way to open one for the first call whose arguments are in order. */
export function createBackend(door: Door | (() => Promise<Door>), options: ClientOptions): Backend {
  const lazy = lazyDoor(typeof door === "function" ? door : async () => door);
  const now = options.now ?? (() => new Date());
  return {
    async call<C extends Contract>(contract: C, given: Arguments, { signal }: { signal?: AbortSignal } = {}) {
      const args = { ...given, ...fill(contract, now()) };
      const checked = contract.args.safeParse(args);
      if (!checked.success) throw new AppError("invalid_input", explainIssues(checked.error, args));
      const open = await lazy.get();
      const requestId = crypto.randomUUID();
      const attempt = () => callOnce(open, contract, args, { ...options, requestId, signal });
      const answer = await attempt().catch((error: unknown) => {
        // The reply may be lost after the change was made; the same operation id makes a repeat harmless.
        const repeatable = "opId" in args || !isWriteScope(contract.scope);
        if (error instanceof LostReply && repeatable && signal?.aborted !== true) return attempt();
        throw error;
      });
      return acceptResult(contract, answer) as ResultOf<C>;
    },
    async markOf(text) {
      const { apiKey } = await lazy.get();
      return createHmac("sha256", apiKey).update(`moorage-mark\n${text}`).digest("hex").slice(0, MARK_CHARS);
    },
    async where() {
      const { address, listen } = await lazy.get();
      // What can be let in from elsewhere is here.
      return listen === undefined ? new URL(address).origin : "this machine";
    },
    async pagesAt(until) {
      const open = await lazy.get();
      return open.openPages === undefined ? open.address : open.openPages(until);
    },
    close: () => lazy.close(),
  };
}

/** The call's answer did not arrive: nobody knows whether it was carried out. */
class LostReply extends AppError {
  constructor(cause: unknown, requestId: string) {
    const hint = "See that the network is up and the address right, then try again; `moorage doctor` says more.";
    super("upstream_down", undefined, { hint, cause, requestId });
  }
}

/** Not followed: the key and the arguments are for the address that was set, and no other. */
async function elsewhere(response: Response, requestId: string): Promise<AppError> {
  await response.body?.cancel();
  return new AppError("upstream_down", undefined, {
    hint: "MOORAGE_URL answers with a redirect, which is not followed: set it to the address where Moorage itself is.",
    cause: new Error(`a redirect (status ${response.status})`),
    requestId,
  });
}

interface Attempt extends ClientOptions {
  /** Names the call in our log and the door's, and in the error if it comes to one. */
  requestId: string;
  signal: AbortSignal | undefined;
}

async function callOnce(door: Door, contract: Contract, args: Arguments, attempt: Attempt): Promise<unknown> {
  const { clientName, readOnly, requestId, signal, attemptMs = ATTEMPT_MS } = attempt;
  let status: number | undefined;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error(`no answer within ${attemptMs} ms`)), attemptMs);
  const cancel = () => limit.abort(signal?.reason);
  if (signal?.aborted) cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  const client = new ConvexHttpClient(door.address, {
    auth: door.apiKey,
    logger: false,
    skipConvexDeploymentUrlCheck: true,
    fetch: async (input, init) => {
      const headers: Record<string, string> = { ...(init?.headers as Record<string, string>) };
      headers["Moorage-Client"] = clientName();
      headers["Moorage-Request-Id"] = requestId;
      if (readOnly) headers["Moorage-Mode"] = "read";
      const response = await door
        .fetch(input, { ...init, headers, signal: limit.signal, redirect: "manual" })
        .catch((error: unknown) => {
          // The embedded door opens the database on its first call, and says in our own terms why it cannot.
          throw error instanceof AppError ? error : new LostReply(error, requestId);
        });
      status = response.status;
      if (status >= 300 && status < 400) throw await elsewhere(response, requestId);
      return response;
    },
  });
  try {
    return await send(client, contract, args);
  } catch (error) {
    throw toAppError(error, requestId, status);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  }
}

function send(client: ConvexHttpClient, { kind, path }: Contract, args: Arguments): Promise<unknown> {
  switch (kind) {
    case "query":
      return client.query(makeFunctionReference<"query">(path), args);
    case "mutation":
      // The client's own queue would make parallel calls wait for one another.
      return client.mutation(makeFunctionReference<"mutation">(path), args, { skipQueue: true });
    case "action":
      return client.action(makeFunctionReference<"action">(path), args);
  }
}

function toAppError(error: unknown, requestId: string, status: number | undefined): AppError {
  if (error instanceof AppError) return error;
  const shape = error instanceof ConvexError ? parseErrorShape(error.data) : undefined;
  // Not a word of it, in no log either: what is no answer of ours may be what we sent, with the key and the arguments.
  if (shape === undefined) return new LostReply(new Error(`no answer of Moorage's (status ${status})`), requestId);
  const { code, message, hint } = shape;
  return new AppError(code, message, { hint, requestId: shape.requestId ?? requestId });
}

function fill(contract: Contract, now: Date): Arguments {
  const values = { opId: () => crypto.randomUUID(), today: () => localDay(now) };
  const filled: Record<string, string> = {};
  for (const name of contract.filled) {
    if (!(name in values)) throw new TypeError(`Nothing fills in "${name}" of ${contract.path}.`);
    filled[name] = values[name as keyof typeof values]();
  }
  return filled;
}

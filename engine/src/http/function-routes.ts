/** `/api/query`, `/api/mutation`, `/api/action`, `/api/function`, `/api/run/…` and the query forms at one timestamp. */

import { EngineError } from "../errors.ts";
import { canonicalPath, displayPath } from "../runtime/address.ts";
import { SnapshotGoneError } from "../store/held-snapshots.ts";
import type { Kind } from "../types.ts";
import { wrongArgumentCount } from "../validate/function-validators.ts";
import { checkClientValue } from "../values/checks.ts";
import type { Json } from "../values/json.ts";
import { isPlainObject } from "../values/json.ts";
import type { Caller } from "./caller.ts";
import { identifyCaller, requireAdmin } from "./caller.ts";
import { defaultFormat } from "./client-version.ts";
import type { ApiContext } from "./context.ts";
import type { Exchange } from "./exchange.ts";
import { requestInfo } from "./exchange.ts";
import { functionErrorData, functionErrorMessage } from "./function-error.ts";
import { checkFunctionPath, pathOfRunRoute } from "./function-path.ts";
import type { FunctionHost } from "./host.ts";
import { ProtocolError } from "./protocol-error.ts";
import { optionalText, readJson, requiredArgs, requiredField, requiredText } from "./request-body.ts";
import type { ValueFormat } from "./value-format.ts";
import { readFormat, renderValue } from "./value-format.ts";

interface Call {
  /** Undefined: whatever the function is registered as. */
  readonly kind?: Kind;
  readonly path: string;
  readonly component?: string;
  readonly args: Json[];
  readonly format: ValueFormat;
  readonly ts?: bigint;
}

function checkArguments(path: string, args: Json[]): void {
  try {
    checkClientValue(args);
  } catch (error) {
    throw new Error(`Invalid arguments for ${displayPath(canonicalPath(path))}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (args.length !== 1) throw new Error(wrongArgumentCount(args));
}

async function invoke(
  host: FunctionHost,
  exchange: Exchange,
  caller: Caller,
  { args, format: _format, ...call }: Call,
  logLines: string[],
): Promise<string> {
  checkArguments(call.path, args);
  return host.invokeJson({
    ...call,
    argsJson: JSON.stringify(args[0]),
    identity: caller.identity,
    publicOnly: !caller.isAdmin,
    request: requestInfo(exchange, caller.token),
    onLog: ({ level, message }) => logLines.push(`[${level.toUpperCase()}] ${message}`),
  });
}

/** Runs it and gives the answer's JSON text: a function that fails is an answer as good as any. */
async function run(context: ApiContext, exchange: Exchange, caller: Caller, call: Call): Promise<string> {
  checkFunctionPath(call.path);
  const lines: string[] = [];
  const logLines = () => (lines.length === 0 || context.redact ? "" : `,"logLines":${JSON.stringify(lines)}`);
  try {
    const value = await invoke(context.host, exchange, caller, call, lines);
    return `{"status":"success","value":${renderValue(value, call.format)}${logLines()}}`;
  } catch (error) {
    if (error instanceof EngineError || error instanceof SnapshotGoneError) throw error;
    exchange.error = error;
    const message = functionErrorMessage(error, { requestId: exchange.requestId, redact: context.redact });
    const data = functionErrorData(error);
    const errorData = data === undefined ? "" : `,"errorData":${renderValue(data, call.format)}`;
    return `{"status":"error","errorMessage":${JSON.stringify(message)}${errorData}${logLines()}}`;
  }
}

/** `POST {path, args, format?}`. */
export function postFunction(kind: Kind) {
  return async (context: ApiContext, exchange: Exchange): Promise<Response> => {
    const fallback = defaultFormat(exchange.request);
    const body = await readJson(exchange.request, context.maxBodyBytes);
    const call = {
      kind,
      path: requiredText(body, "path"),
      args: requiredArgs(body),
      format: readFormat(optionalText(body, "format"), fallback),
    };
    const caller = await identifyCaller(exchange, context);
    return context.respond(await run(context, exchange, caller, call), 200);
  };
}

/** `GET ?path=&args=&format=`, with `args` as JSON. */
export async function getQuery(context: ApiContext, exchange: Exchange): Promise<Response> {
  const fallback = defaultFormat(exchange.request);
  const parameters = exchange.url.searchParams;
  const path = parameters.get("path");
  const text = parameters.get("args");
  const bad = (why: string): ProtocolError =>
    new ProtocolError(400, "BadQueryArgs", `Failed to deserialize query string: ${why}`);
  if (path === null) throw bad("missing field `path`");
  if (text === null) throw bad("missing field `args`");
  let args: Json;
  try {
    args = JSON.parse(text) as Json;
  } catch {
    throw bad("args: expected any valid JSON value");
  }
  const caller = await identifyCaller(exchange, context);
  const call = {
    kind: "query" as const,
    path,
    args: Array.isArray(args) ? args : [args],
    format: readFormat(parameters.get("format") ?? undefined, fallback),
  };
  return context.respond(await run(context, exchange, caller, call), 200);
}

/** For admins: a function of any kind, internal ones and those of components included. */
export async function postAnyFunction(context: ApiContext, exchange: Exchange): Promise<Response> {
  const fallback = defaultFormat(exchange.request);
  const body = await readJson(exchange.request, context.maxBodyBytes);
  const component = optionalText(body, "componentPath");
  const call = {
    path: requiredText(body, "path"),
    ...(component ? { component } : {}),
    args: requiredArgs(body),
    format: readFormat(optionalText(body, "format"), fallback),
  };
  const caller = await identifyCaller(exchange, context);
  requireAdmin(caller);
  return context.respond(await run(context, exchange, caller, call), 200);
}

/** `POST /api/run/messages/list {args, format?}`. */
export async function postRun(context: ApiContext, exchange: Exchange, route: string): Promise<Response> {
  defaultFormat(exchange.request);
  const body = await readJson(exchange.request, context.maxBodyBytes);
  const call = {
    path: pathOfRunRoute(route),
    args: requiredArgs(body),
    format: readFormat(optionalText(body, "format"), "clean"),
  };
  const caller = await identifyCaller(exchange, context);
  return context.respond(await run(context, exchange, caller, call), 200);
}

function encodeTs(ts: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(ts);
  return bytes.toString("base64");
}

function decodeTs(text: string): bigint {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== 8) throw new ProtocolError(400, "InvalidTimestamp", "Wrong number of bytes for ts.");
  return bytes.readBigUInt64LE(0);
}

/** `POST /api/query_ts`: a timestamp for queries that shall see one state of the database. */
export async function postQueryTs(context: ApiContext): Promise<Response> {
  return Response.json({ ts: encodeTs(await context.host.holdSnapshot()) });
}

/** `POST /api/query_at_ts {path, args, ts, format?}`. */
export async function postQueryAtTs(context: ApiContext, exchange: Exchange): Promise<Response> {
  const fallback = defaultFormat(exchange.request);
  const body = await readJson(exchange.request, context.maxBodyBytes);
  const ts = decodeTs(requiredText(body, "ts"));
  const call = {
    kind: "query" as const,
    path: requiredText(body, "path"),
    args: requiredArgs(body),
    format: readFormat(optionalText(body, "format"), fallback),
    ts,
  };
  const caller = await identifyCaller(exchange, context);
  return context.respond(await run(context, exchange, caller, call), 200);
}

/** `POST /api/query_batch {queries: […]}`: all of them see one state of the database. */
export async function postQueryBatch(context: ApiContext, exchange: Exchange): Promise<Response> {
  const fallback = defaultFormat(exchange.request);
  const body = await readJson(exchange.request, context.maxBodyBytes);
  const queries = requiredField(body, "queries");
  if (!Array.isArray(queries) || !queries.every((query) => isPlainObject(query))) {
    throw new ProtocolError(
      400,
      "BadJsonBody",
      "Failed to deserialize the JSON body into the target type: queries: expected an array of objects",
    );
  }
  const calls = queries.map((query) => ({
    kind: "query" as const,
    path: requiredText(query, "path"),
    args: requiredArgs(query),
    format: readFormat(optionalText(query, "format"), fallback),
  }));
  for (const call of calls) checkFunctionPath(call.path);
  const caller = await identifyCaller(exchange, context);
  const ts = await context.host.holdSnapshot();
  const results: string[] = [];
  for (const call of calls) results.push(await run(context, exchange, caller, { ...call, ts }));
  return context.respond(`{"results":[${results.join(",")}]}`, 200);
}

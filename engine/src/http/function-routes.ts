/** `/api/query`, `/api/mutation`, `/api/action`, `/api/function`, `/api/run/…` and the query forms at one timestamp. */
import type { Kind } from "../types.ts";
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
import { ProtocolError } from "./protocol-error.ts";
import { optionalText, readJson, requiredArgs, requiredField, requiredText } from "./request-body.ts";
import type { ValueFormat } from "./value-format.ts";
import { readFormat, renderValue } from "./value-format.ts";

interface Call {
  readonly kind: Kind | "any";
  readonly path: string;
  readonly component?: string | undefined;
  readonly args: Json[];
  readonly format: ValueFormat;
  readonly ts?: bigint;
}

/** Runs it and gives the answer's JSON text: a function that fails is an answer as good as any. */
async function run(context: ApiContext, exchange: Exchange, caller: Caller, call: Call): Promise<string> {
  checkFunctionPath(call.path);
  const { format, ...rest } = call;
  const outcome = await context.host.invoke({
    ...rest,
    identity: caller.identity,
    allowInternal: caller.isAdmin,
    request: requestInfo(exchange, caller.token),
  });
  const showsLogs = outcome.logLines.length > 0 && !context.redact;
  const logLines = showsLogs ? `,"logLines":${JSON.stringify(outcome.logLines)}` : "";
  if (outcome.ok) return `{"status":"success","value":${renderValue(outcome.value, format)}${logLines}}`;

  exchange.error = outcome.error;
  const message = functionErrorMessage(outcome.error, { requestId: exchange.requestId, redact: context.redact });
  const data = functionErrorData(outcome.error);
  const errorData = data === undefined ? "" : `,"errorData":${renderValue(data, format)}`;
  return `{"status":"error","errorMessage":${JSON.stringify(message)}${errorData}${logLines}}`;
}

function jsonResponse(text: string): Response {
  return new Response(text, { headers: { "content-type": "application/json" } });
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
    const caller = await identifyCaller(exchange.request, context.host, context.adminKey);
    return jsonResponse(await run(context, exchange, caller, call));
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
  const caller = await identifyCaller(exchange.request, context.host, context.adminKey);
  const call = {
    kind: "query" as const,
    path,
    args: Array.isArray(args) ? args : [args],
    format: readFormat(parameters.get("format") ?? undefined, fallback),
  };
  return jsonResponse(await run(context, exchange, caller, call));
}

/** For admins: a function of any kind, internal ones and those of components included. */
export async function postAnyFunction(context: ApiContext, exchange: Exchange): Promise<Response> {
  const fallback = defaultFormat(exchange.request);
  const body = await readJson(exchange.request, context.maxBodyBytes);
  const call = {
    kind: "any" as const,
    path: requiredText(body, "path"),
    component: optionalText(body, "componentPath") || undefined,
    args: requiredArgs(body),
    format: readFormat(optionalText(body, "format"), fallback),
  };
  const caller = await identifyCaller(exchange.request, context.host, context.adminKey);
  requireAdmin(caller);
  return jsonResponse(await run(context, exchange, caller, call));
}

/** `POST /api/run/messages/list {args, format?}`. */
export async function postRun(context: ApiContext, exchange: Exchange, route: string): Promise<Response> {
  defaultFormat(exchange.request);
  const body = await readJson(exchange.request, context.maxBodyBytes);
  const call = {
    kind: "any" as const,
    path: pathOfRunRoute(route),
    args: requiredArgs(body),
    format: readFormat(optionalText(body, "format"), "clean"),
  };
  const caller = await identifyCaller(exchange.request, context.host, context.adminKey);
  return jsonResponse(await run(context, exchange, caller, call));
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
  return Response.json({ ts: encodeTs(context.host.latestTs()) });
}

/** `POST /api/query_at_ts {path, args, ts, format?}`. */
export async function postQueryAtTs(context: ApiContext, exchange: Exchange): Promise<Response> {
  const fallback = defaultFormat(exchange.request);
  const body = await readJson(exchange.request, context.maxBodyBytes);
  const ts = decodeTs(requiredText(body, "ts"));
  if (ts > context.host.latestTs()) throw new ProtocolError(400, "InvalidTimestamp", "ts is in the future.");
  const call = {
    kind: "query" as const,
    path: requiredText(body, "path"),
    args: requiredArgs(body),
    format: readFormat(optionalText(body, "format"), fallback),
    ts,
  };
  const caller = await identifyCaller(exchange.request, context.host, context.adminKey);
  return jsonResponse(await run(context, exchange, caller, call));
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
  const caller = await identifyCaller(exchange.request, context.host, context.adminKey);
  const ts = context.host.latestTs();
  const results: string[] = [];
  for (const call of calls) results.push(await run(context, exchange, caller, { ...call, ts }));
  return jsonResponse(`{"results":[${results.join(",")}]}`);
}

/** HTTP actions: the app's own routes. */
import { EngineError } from "../errors.ts";
import { identifyVisitor } from "./caller.ts";
import type { ApiContext } from "./context.ts";
import type { Exchange } from "./exchange.ts";
import { requestInfo } from "./exchange.ts";
import { functionErrorData, functionErrorMessage } from "./function-error.ts";
import { errorResponse, toProtocolError } from "./protocol-error.ts";
import { readBody } from "./request-body.ts";

/** The request with a body of a bounded size, read in full. */
async function bounded(request: Request, url: URL, maxBytes: number): Promise<Request> {
  if (request.body === null) return new Request(url, request);
  const { method, headers, signal } = request;
  return new Request(url, { method, headers, signal, body: await readBody(request, maxBytes) });
}

/** Runs the HTTP action for this URL; what the action throws becomes Convex's answer for that. */
export async function runHttpAction(context: ApiContext, exchange: Exchange, url: URL): Promise<Response> {
  const visitor = await identifyVisitor(exchange.request, context.host);
  let request: Request;
  try {
    request = await bounded(exchange.request, url, context.maxBodyBytes);
  } catch (error) {
    return errorResponse(toProtocolError(error));
  }
  try {
    return await context.host.fetch(request, {
      identity: visitor.identity,
      request: requestInfo(exchange, visitor.token),
    });
  } catch (error) {
    exchange.error = error;
    if (error instanceof EngineError) return errorResponse(toProtocolError(error));
    const data = functionErrorData(error);
    const code = functionErrorMessage(error, { requestId: exchange.requestId, redact: context.redact });
    const body = { code: code.replace("\n", ": "), ...(data === undefined ? {} : { data: JSON.parse(data) }) };
    return Response.json(body, { status: 500 });
  }
}

/** `/http/x?y` of the API's origin is `/x?y` of the app's site. */
export function siteUrl(url: URL): URL {
  const site = new URL(url);
  site.pathname = url.pathname.slice("/http".length) || "/";
  return site;
}

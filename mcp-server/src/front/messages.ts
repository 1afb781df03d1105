/** JSON-RPC messages, told apart by their form alone. */
import { isObject } from "../is-object.ts";

export type RequestId = string | number;

export interface Message {
  jsonrpc: "2.0";
  id?: RequestId;
  method?: string;
  params?: Record<string, unknown>;
}
export type Request = Message & { id: RequestId; method: string };

/** A request in a form that nothing here handles, with an id to say so under. */
export interface Malformed {
  malformed: RequestId;
  code: number;
  why: string;
}

export const INVALID_REQUEST = -32600;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;

/** The JSON of a line, or undefined. */
export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** A value as the message it is, as a request to refuse, or undefined if nobody could be answered about it. */
export function readMessage(value: unknown): Message | Malformed | undefined {
  if (!isObject(value)) return undefined;
  const { jsonrpc, id, method, params, ...rest } = value;
  if (id !== undefined && !isId(id)) return undefined;
  const refuse = (code: number, why: string) =>
    id === undefined || "result" in rest || "error" in rest ? undefined : { malformed: id, code, why };
  if (jsonrpc !== "2.0") return refuse(INVALID_REQUEST, 'jsonrpc must be "2.0"');
  if (method === undefined) return id === undefined ? undefined : (value as unknown as Message);
  if (typeof method !== "string") return refuse(INVALID_REQUEST, "method must be a string");
  if (Object.keys(rest).length > 0) return refuse(INVALID_REQUEST, "a message has jsonrpc, id, method and params only");
  if (params === undefined) return value as unknown as Message;
  // Some clients write null for what they leave out.
  if (params === null) return { jsonrpc, method, ...(id === undefined ? {} : { id }) };
  if (!isObject(params)) return refuse(INVALID_PARAMS, "params must be an object");
  const { _meta: meta } = params;
  if (meta !== undefined && meta !== null && !isObject(meta)) return refuse(INVALID_PARAMS, "_meta must be an object");
  const token = meta?.["progressToken"] ?? undefined;
  if (token !== undefined && !isId(token)) {
    return refuse(INVALID_PARAMS, "progressToken must be a string or a whole number");
  }
  return value as unknown as Message;
}

export const isMalformed = (message: Message | Malformed): message is Malformed => "malformed" in message;

export const isRequest = (message: Message): message is Request =>
  message.method !== undefined && message.id !== undefined;

export const isId = (value: unknown): value is RequestId => typeof value === "string" || Number.isSafeInteger(value);

/** An answer that is known as JSON text already. */
export const resultText = (id: RequestId, resultJson: string): string =>
  `{"result":${resultJson},"jsonrpc":"2.0","id":${JSON.stringify(id)}}`;

export const errorText = (id: RequestId, code: number, message: string): string =>
  JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } });

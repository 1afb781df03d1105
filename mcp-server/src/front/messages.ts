/** JSON-RPC messages, told apart by their form alone. */
export type RequestId = string | number;

export interface Message {
  jsonrpc: "2.0";
  id?: RequestId;
  method?: string;
  params?: Record<string, unknown>;
}
export type Request = Message & { id: RequestId; method: string };

/** The message of a line, or undefined for a line that is none. */
export function parseMessage(line: string): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value["jsonrpc"] !== "2.0") return undefined;
  const { id, method, params } = value;
  if (id !== undefined && typeof id !== "string" && !Number.isInteger(id)) return undefined;
  if (method !== undefined && typeof method !== "string") return undefined;
  if (method === undefined && id === undefined) return undefined;
  if (params !== undefined && !isObject(params)) return undefined;
  return value as unknown as Message;
}

export const isRequest = (message: Message): message is Request =>
  message.method !== undefined && message.id !== undefined;

/** An answer that is known as JSON text already. */
export const resultLine = (id: RequestId, resultJson: string): string =>
  `{"result":${resultJson},"jsonrpc":"2.0","id":${JSON.stringify(id)}}\n`;

export const errorLine = (id: RequestId, code: number, message: string): string =>
  `${JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } })}\n`;

export const INVALID_REQUEST = -32600;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

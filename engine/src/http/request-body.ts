import type { Json } from "../values/json.ts";
import { isPlainObject } from "../values/json.ts";
import { ProtocolError } from "./protocol-error.ts";

/** The body's bytes, at most so many of them: a longer body is refused without being read to its end. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = (): ProtocolError =>
    new ProtocolError(413, "RequestBodyTooLarge", `The request body is larger than ${maxBytes} bytes.`);
  if (Number(request.headers.get("content-length")) > maxBytes) throw tooLarge();
  if (request.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only as Uint8Array<ArrayBuffer>;
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

const utf8 = new TextDecoder();

const badBody = (message: string): ProtocolError => new ProtocolError(400, "BadJsonBody", message);

const JSON_TYPE = /^application\/([^;\s]+\+)?json\s*(;|$)/i;

export async function readJson(request: Request, maxBytes: number): Promise<Record<string, Json>> {
  if (!JSON_TYPE.test(request.headers.get("content-type") ?? ""))
    throw badBody("Expected request with `Content-Type: application/json`");
  const text = utf8.decode(await readBody(request, maxBytes));
  let body: Json;
  try {
    body = JSON.parse(text) as Json;
  } catch (error) {
    throw badBody(`Failed to parse the request body as JSON: ${(error as Error).message}`);
  }
  if (!isPlainObject(body)) throw mistyped("a JSON object is expected");
  return body;
}

function mistyped(why: string): ProtocolError {
  return badBody(`Failed to deserialize the JSON body into the target type: ${why}`);
}

export function requiredField(body: Record<string, Json>, name: string): Json {
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  if (value === undefined) throw mistyped(`missing field \`${name}\``);
  return value;
}

export function requiredText(body: Record<string, Json>, name: string): string {
  const value = requiredField(body, name);
  if (typeof value !== "string") throw mistyped(`${name}: expected a string`);
  return value;
}

export function optionalText(body: Record<string, Json>, name: string): string | undefined {
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  return value === undefined || value === null ? undefined : requiredText(body, name);
}

/** A function takes one object; the wire carries it alone or, from Convex's own clients, in an array. */
export function requiredArgs(body: Record<string, Json>): Json[] {
  const args = requiredField(body, "args");
  return Array.isArray(args) ? args : [args];
}

/** Calls as an attacker makes them: bare HTTP, any header, any body. */
import type { ErrorShape } from "@moorage/shared/errors";
import type { Caller } from "./hosts.ts";

export interface Answer {
  status: "success" | "error";
  // biome-ignore lint/suspicious/noExplicitAny: whatever the function answers; the tests look into it
  value?: any;
  errorMessage?: string;
  errorData?: ErrorShape;
}

export function post(caller: Caller, kind: string, body: BodyInit, headers: Record<string, string> = {}) {
  const { address, apiKey, fetch } = caller.door;
  return fetch(`${address}/api/${kind}`, {
    method: "POST",
    body,
    headers: { authorization: `Bearer ${apiKey}`, ...headers },
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
  } as RequestInit);
}

export async function call(
  caller: Caller,
  { kind, path }: { kind: string; path: string },
  args: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await post(caller, kind, JSON.stringify({ path, format: "json", args: [args] }), headers);
  return (await response.json()) as Answer;
}

/**
 * A request that never leaves the process. Node's own `Request` validates and copies headers and puts the body behind a
 * stream, which costs more than the door's whole work; of it, this has what a handler of small JSON calls reads.
 */

import { LocalHeaders } from "./local-headers.ts";

const utf8 = new TextEncoder();

/** For text bodies and headers by name; anything else gets Node's own. */
export function localRequest(input: string | URL | Request, init: RequestInit = {}): Request {
  const { method = "GET", headers = {}, body, signal } = init;
  const isPlain = Object.getPrototypeOf(headers) === Object.prototype;
  if (input instanceof Request || typeof body !== "string" || !isPlain) return new Request(input, init);
  return new LocalRequest(String(input), method, headers as Record<string, string>, body, signal) as unknown as Request;
}

class LocalRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: LocalHeaders;
  readonly body: LocalBody;
  readonly #text: string;
  readonly #signal: AbortSignal | null | undefined;

  constructor(
    url: string,
    method: string,
    headers: Record<string, string>,
    text: string,
    signal: AbortSignal | null | undefined,
  ) {
    this.url = url;
    this.method = method;
    this.headers = new LocalHeaders(headers);
    this.body = new LocalBody(text);
    this.#text = text;
    this.#signal = signal;
  }

  get signal(): AbortSignal {
    return this.#signal ?? new AbortController().signal;
  }

  async text(): Promise<string> {
    return this.#text;
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.#text);
  }
}

/** The whole body in one chunk, readable once. */
class LocalBody {
  #rest: Uint8Array | undefined;

  constructor(text: string) {
    this.#rest = utf8.encode(text);
  }

  #take(): Uint8Array | undefined {
    const bytes = this.#rest;
    this.#rest = undefined;
    return bytes;
  }

  getReader() {
    return {
      read: async () => {
        const value = this.#take();
        return value === undefined ? { done: true, value } : { done: false, value };
      },
      cancel: async () => void this.#take(),
      releaseLock: () => {},
    };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const bytes = this.#take();
    if (bytes !== undefined) yield bytes;
  }
}

import { LocalHeaders } from "./local-headers.ts";

/** An answer of JSON text that never leaves the process: of Node's own `Response` what callers of small functions read. */
export function localResponse(json: string, status: number): Response {
  return new LocalResponse(json, status) as unknown as Response;
}

class LocalResponse {
  readonly status: number;
  readonly headers = new LocalHeaders({ "content-type": "application/json" });
  readonly #json: string;

  constructor(json: string, status: number) {
    this.#json = json;
    this.status = status;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  async text(): Promise<string> {
    return this.#json;
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.#json);
  }
}

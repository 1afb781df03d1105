/** A `fetch` handler behind node's HTTP server. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export interface ServeOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Default: this machine only. */
  readonly host?: string;
  /** Believe the `x-forwarded-for` and `x-forwarded-proto` of a proxy in front; otherwise it is the connection's. */
  readonly trustProxy?: boolean;
}

export interface Server {
  /** Such as `http://127.0.0.1:3210`, without a slash at the end. */
  readonly url: string;
  /** Stops listening and ends all connections, idle ones kept alive included. */
  close(): Promise<void>;
}

type Handler = (request: Request) => Promise<Response>;

/** Whole, as some clients and proxies send it, a URL names the host as well: that one is the header's to say. */
const pathOf = ({ url = "/" }: IncomingMessage): string => url.replace(/^https?:\/\/[^/?]*\/?/i, "/");

function toRequest(message: IncomingMessage, response: ServerResponse, trustProxy: boolean): Request {
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  if (!trustProxy) headers.set("x-forwarded-for", message.socket.remoteAddress ?? "");
  const method = message.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const scheme = trustProxy && headers.get("x-forwarded-proto") === "https" ? "https" : "http";
  // Put together as text: resolved as a reference, a path such as `//other.example/` would name another host.
  return new Request(`${scheme}://${message.headers.host ?? "localhost"}${pathOf(message)}`, {
    method,
    headers,
    signal: gone.signal,
    ...(hasBody ? { body: Readable.toWeb(message) as ReadableStream<Uint8Array>, duplex: "half" } : {}),
  } as RequestInit);
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) if (name !== "set-cookie") response.setHeader(name, value);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), response);
}

/** Serves a handler such as a FunctionApi's `fetch`. Resolves when it listens. */
export async function serve(handler: Handler, options: ServeOptions = {}): Promise<Server> {
  const { port = 0, host = "127.0.0.1", trustProxy = false } = options;
  const server = createServer(async (message, response) => {
    try {
      const answer = await handler(toRequest(message, response, trustProxy));
      // What was refused before it had arrived is not read to its end: this connection can carry nothing more.
      if (!message.complete) response.setHeader("connection", "close");
      await send(answer, response);
    } catch {
      // Either there is nothing that could be answered, or nobody left to answer.
      if (response.headersSent) response.destroy();
      else response.writeHead(400).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

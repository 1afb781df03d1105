/**
 * Doubles for a server in a process of its own. The product knows one address of each provider and no way to change it;
 * here the child's `fetch` is replaced before anything else is loaded (`intercept.ts`), and brings its calls here.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ProviderDouble } from "./double.ts";

export interface Upstream {
  /** What goes before the entry in the child's arguments, and into its environment. */
  args: string[];
  env: Record<string, string>;
  close(): Promise<void>;
}

/** By host name: `{ "api.hetzner.cloud": openHetzner() }`. */
export async function serveProviders(doubles: Record<string, ProviderDouble>): Promise<Upstream> {
  const server = createServer((request, response) => void pass(doubles, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    args: ["--import", new URL("./intercept.ts", import.meta.url).href],
    env: { TESTS_UPSTREAM: `http://127.0.0.1:${port}`, TESTS_UPSTREAM_HOSTS: Object.keys(doubles).join(" ") },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function pass(doubles: Record<string, ProviderDouble>, request: IncomingMessage, response: ServerResponse) {
  const [, host = "", ...rest] = request.url!.split("/");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { authorization } = request.headers;
  try {
    const answer = await doubles[host]!.fetch(`https://${host}/${rest.join("/")}`, {
      method: request.method!,
      headers: authorization === undefined ? {} : { authorization },
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  } catch {
    // A lost answer: the connection ends without one.
    response.destroy();
  }
}

/** A server that speaks to one client, behind Streamable HTTP: one for each session, and every message as it came. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { RequestId } from "@modelcontextprotocol/sdk/types.js";

export async function bridge(connect: () => Transport) {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const open = async () => {
    const server = connect();
    /** What the server asks or tells by itself belongs to the call in flight, of which the suite makes one at a time. */
    let latest: RequestId | undefined;
    const http = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, http),
      allowedHosts: hosts,
      enableDnsRebindingProtection: true,
    });
    server.onmessage = (message) => {
      const isOfCall = "method" in message && latest !== undefined;
      void http.send(message, isOfCall ? { relatedRequestId: latest! } : {});
    };
    http.onmessage = (message) => {
      if ("method" in message && "id" in message) latest = message.id;
      void server.send(message);
    };
    http.onclose = () => void server.close();
    await server.start();
    await http.start();
    return http;
  };
  const server = createServer(async (request, response) => {
    const known = sessions.get(String(request.headers["mcp-session-id"]));
    await (known ?? (await open())).handleRequest(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    close: async () => {
      for (const session of sessions.values()) await session.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The shipped stdio command behind Streamable HTTP: a process of it for each session, and every message as it came. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

export interface Command {
  command: string;
  args: string[];
  env: Record<string, string>;
}

export async function bridge(command: Command) {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const open = async () => {
    const stdio = new StdioClientTransport({ ...command, stderr: "ignore" });
    const http = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, http),
      allowedHosts: hosts,
      enableDnsRebindingProtection: true,
    });
    stdio.onmessage = (message) => void http.send(message);
    http.onmessage = (message) => void stdio.send(message);
    http.onclose = () => void stdio.close();
    await stdio.start();
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

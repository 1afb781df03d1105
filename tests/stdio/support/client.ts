import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

export interface Answer {
  isError?: boolean;
  structuredContent: Record<string, unknown>;
  content: { type: string; text: string }[];
}

/** The SDK's own client in front of a server process of ours. */
export async function connectClient(entry: string, env: Record<string, string>, args: string[] = []) {
  const client = new Client({ name: "test", version: "1.0" });
  const path = process.env["PATH"] ?? "";
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [entry, ...args], env: { PATH: path, ...env } }),
  );
  return {
    client,
    list: async () => (await client.listTools()).tools,
    call: async (name: string, input: Record<string, unknown> = {}) =>
      (await client.callTool({ name, arguments: input })) as unknown as Answer,
    close: () => client.close(),
  };
}

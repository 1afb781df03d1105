import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { type ElicitRequestParams, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";

export interface Answer {
  isError?: boolean;
  structuredContent: Record<string, unknown>;
  content: { type: string; text: string }[];
}

/** What the client says it can ask its person, and what that person does with a question. */
export interface Elicitation {
  modes: { form?: Record<string, never>; url?: Record<string, never> };
  answer: (asked: ElicitRequestParams) => Promise<object> | object;
}

/** The SDK's own client in front of a server process of ours. */
export async function connectClient(
  entry: string,
  env: Record<string, string>,
  args: string[] = [],
  elicitation?: Elicitation,
) {
  const capabilities = elicitation === undefined ? {} : { elicitation: elicitation.modes };
  const client = new Client({ name: "test", version: "1.0" }, { capabilities });
  if (elicitation !== undefined) {
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({ ...(await elicitation.answer(params)) }));
  }
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

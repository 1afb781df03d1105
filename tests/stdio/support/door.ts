/** An HTTP server that speaks Convex's wire, in the place of a Moorage elsewhere. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createApiKey } from "@moorage/shared/api-key";
import { AppError } from "@moorage/shared/errors";
import manifest from "../../../mcp-server/package.json" with { type: "json" };

export interface DoorCall {
  path: string;
  args: Record<string, unknown>;
  headers: Record<string, string | string[] | undefined>;
}

/** What a function answers, or the `AppError` it throws; a promise holds the answer back. */
export type Functions = Record<string, (call: DoorCall) => unknown>;

export const memory = {
  id: "m1",
  type: "fact",
  content: "The staging server is called heron.",
  tags: ["staging"],
  agent: "default",
  importance: 3,
  source: "agent:default",
  occurredAt: "2026-05-08T10:00:00.000Z",
  createdAt: "2026-05-08T10:00:00.000Z",
  updatedAt: "2026-05-08T10:00:00.000Z",
};

export async function openDoor(functions: Functions) {
  const calls: DoorCall[] = [];
  const http = createServer((request, response) => {
    if (request.url === "/health") return void response.end(JSON.stringify({ ok: true, version: manifest.version }));
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const { path, args } = JSON.parse(Buffer.concat(chunks).toString()) as { path: string; args: [DoorCall["args"]] };
      const call = { path, args: args[0], headers: request.headers };
      calls.push(call);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ ...(await answerOf(functions, call)), logLines: [] }));
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    env: {
      MOORAGE_URL: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
      MOORAGE_API_KEY: createApiKey().text,
    },
    calls,
    close: () => {
      http.closeAllConnections();
      http.close();
    },
  };
}

async function answerOf(functions: Functions, call: DoorCall): Promise<object> {
  try {
    return { status: "success", value: await functions[call.path]?.(call) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { status: "error", errorMessage: error.code, errorData: error.toShape() };
  }
}

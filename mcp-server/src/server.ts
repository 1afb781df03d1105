/** The MCP server behind the front: tools/call, and the one place where an error becomes an answer. */
import { randomUUID } from "node:crypto";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import { AppError, ERRORS } from "@moorage/shared/errors";
import type { Arguments, Backend } from "./backend/types.ts";
import { answerWithin } from "./fit.ts";
import type { Log } from "./log.ts";
import { presentError, type ToolAnswer } from "./present.ts";
import type { Session } from "./session.ts";
import type { Tool } from "./tool.ts";

export interface ServerOptions {
  version: string;
  tools: ReadonlyMap<string, Tool>;
  session: Session;
  /** Given the name of the MCP client once it has said it. */
  backend: Backend;
  log: Log;
}

/** A request that breaks the protocol: the message is ours and goes to the client as it stands. */
class ProtocolError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export function createServer({ version, tools, session, backend, log }: ServerOptions): Server {
  const server = new Server({ name: "moorage", version }, { capabilities: { tools: {} } });
  // Not what the library says of it: that quotes whole messages.
  server.onerror = () => log("ignored a message that the protocol's library does not take");
  // In place of a handler by schema: the SDK answers a request its schema refuses with zod's own dump.
  server.fallbackRequestHandler = async ({ method, params }, { signal }) => {
    if (method !== "tools/call") throw new ProtocolError(ErrorCode.MethodNotFound, "Method not found");
    const { tool, args } = readCall(tools, params);
    return { ...(await callTool(tool, args, signal)) };
  };
  return server;

  async function callTool(tool: Tool, args: Arguments, signal: AbortSignal): Promise<ToolAnswer> {
    try {
      return await answerWithin(tool, args, { session, backend, signal });
    } catch (cause) {
      const error = cause instanceof AppError ? cause : new AppError("internal", undefined, { cause });
      const shape = error.toShape(error.requestId ?? randomUUID());
      if (ERRORS[error.code].audience === "operator") log(`${shape.code}, request ${shape.requestId}`, error.cause);
      return presentError(shape);
    }
  }
}

function readCall(tools: ReadonlyMap<string, Tool>, params: Record<string, unknown> | undefined) {
  const { name, arguments: args = {} } = params ?? {};
  const invalid = (message: string) => new ProtocolError(ErrorCode.InvalidParams, message);
  if (typeof name !== "string") throw invalid("tools/call needs the name of a tool");
  const tool = tools.get(name);
  if (tool === undefined) throw invalid(`Unknown tool: ${JSON.stringify(name.slice(0, 64))}`);
  if (typeof args !== "object" || args === null || Array.isArray(args)) throw invalid("arguments must be an object");
  return { tool, args: args as Arguments };
}

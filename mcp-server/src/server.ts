/** The MCP server behind the front: what its lists lead to, and the one place where an error becomes an answer. */
import { randomUUID } from "node:crypto";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import { AppError, ERRORS, type ErrorShape } from "@moorage/shared/errors";
import type { Arguments, Backend } from "./backend/types.ts";
import { completeArgument } from "./completion.ts";
import { answerWithin } from "./fit.ts";
import type { Log } from "./log.ts";
import type { Person } from "./person/person.ts";
import { presentError, type ToolAnswer } from "./present.ts";
import { getPrompt, type Prompt } from "./prompt.ts";
import { asProtocolError, invalidParams, ProtocolError } from "./protocol-error.ts";
import { type Resource, readResource } from "./resource.ts";
import type { Session } from "./session.ts";
import type { Tool, ToolContext } from "./tool.ts";

export interface ServerOptions {
  version: string;
  tools: ReadonlyMap<string, Tool>;
  prompts: ReadonlyMap<string, Prompt>;
  resources: readonly Resource[];
  session: Session;
  /** Given the name of the MCP client once it has said it. */
  backend: Backend;
  person: Person;
  log: Log;
}

type Params = Readonly<Record<string, unknown>>;

export function createServer({
  version,
  tools,
  prompts,
  resources,
  session,
  backend,
  person,
  log,
}: ServerOptions): Server {
  const server = new Server({ name: "moorage", version }, { capabilities: { tools: {} } });
  // Not what the library says of it: that quotes whole messages.
  server.onerror = () => log("ignored a message that the protocol's library does not take");
  const offered = { prompts, resources };
  const context = { session, backend, person };
  const methods: Record<string, (params: Params, signal: AbortSignal) => Promise<object>> = {
    "tools/call": (params, signal) => {
      const { tool, args } = readCall(tools, params);
      return callTool(tool, args, { signal, ...progressOf(params) });
    },
    "prompts/get": (params, signal) => getPrompt(prompts, params, { ...context, signal }),
    "resources/read": (params, signal) => readResource(resources, params, { ...context, signal }),
    "completion/complete": (params, signal) => completeArgument(offered, params, { backend, signal }),
  };
  // In place of a handler by schema: the SDK answers a request its schema refuses with zod's own dump.
  server.fallbackRequestHandler = async ({ method, params }, { signal }) => {
    const answer = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (answer === undefined) throw new ProtocolError(ErrorCode.MethodNotFound, "Method not found");
    try {
      return { ...(await answer(params ?? {}, signal)) };
    } catch (error) {
      throw error instanceof ProtocolError ? error : asProtocolError(shapeOf(error));
    }
  };
  return server;

  async function callTool(
    tool: Tool,
    args: Arguments,
    request: Pick<ToolContext, "signal" | "progress">,
  ): Promise<ToolAnswer> {
    try {
      return await answerWithin(tool, args, { ...context, ...request });
    } catch (error) {
      return presentError(shapeOf(error));
    }
  }

  /** Who asked to be told of progress gave a token for it. A client that is gone is told nothing. */
  function progressOf({ _meta }: Params): Pick<ToolContext, "progress"> {
    const { progressToken } = (_meta ?? {}) as { progressToken?: string | number };
    if (progressToken === undefined) return {};
    let progress = 0;
    const method = "notifications/progress";
    return {
      progress: (message) =>
        void server.notification({ method, params: { progressToken, progress: ++progress, message } }).catch(() => {}),
    };
  }

  /** What the caller is told; the cause of what is not theirs goes to the log. */
  function shapeOf(cause: unknown): ErrorShape {
    const error = cause instanceof AppError ? cause : new AppError("internal", undefined, { cause });
    const shape = error.toShape(error.requestId ?? randomUUID());
    if (ERRORS[error.code].audience === "operator") log(`${shape.code}, request ${shape.requestId}`, error.cause);
    return shape;
  }
}

function readCall(tools: ReadonlyMap<string, Tool>, { name, arguments: given }: Params) {
  const args = given ?? {};
  if (typeof name !== "string") throw invalidParams("tools/call needs the name of a tool");
  const tool = tools.get(name);
  if (tool === undefined) throw invalidParams(`Unknown tool: ${JSON.stringify(name.slice(0, 64))}`);
  if (typeof args !== "object" || Array.isArray(args)) throw invalidParams("arguments must be an object");
  return { tool, args: args as Arguments };
}

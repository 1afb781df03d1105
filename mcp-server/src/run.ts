import { AppError } from "@moorage/shared/errors";
import type { Arguments, Backend } from "./backend/types.ts";
import type { Session } from "./session.ts";
import type { Tool } from "./tool.ts";

export interface RunContext {
  session: Session;
  backend: Backend;
  signal?: AbortSignal;
}

export type Result = Readonly<Record<string, unknown>>;

/** Runs a tool with what its caller gave, and what the session adds to it. */
export async function runTool(tool: Tool, given: Arguments, context: RunContext): Promise<Result> {
  const { signal } = context;
  const args = argumentsOf(tool, given, context.session);
  return (await context.backend.call(tool.contract, args, signal === undefined ? {} : { signal })) as Result;
}

function argumentsOf({ contract, session: fields }: Tool, given: Arguments, session: Session): Arguments {
  // To a caller these arguments do not exist, so they read as any other unknown name does.
  const filled = contract.filled.find((name) => Object.hasOwn(given, name));
  if (filled !== undefined) throw new AppError("invalid_input", `unknown field "${filled}"`);
  const args: Record<string, unknown> = { ...given };
  for (const field of fields)
    if (args[field] === undefined && session[field] !== undefined) args[field] = session[field];
  return args;
}

import { AppError } from "@moorage/shared/errors";
import type { Arguments } from "./backend/types.ts";
import { askForApproval, isWaiting, tellWhere } from "./person/waiting.ts";
import type { Session } from "./session.ts";
import type { Result, Tool, ToolContext } from "./tool.ts";

/** Runs a tool with what its caller gave, and what the session adds to it; once more if it waited for a yes and got it. */
export async function runTool(tool: Tool, given: Arguments, context: ToolContext): Promise<Result> {
  const args = argumentsOf(tool, given, context.session);
  const first = await tool.handler(args, context);
  if (!isWaiting(first)) return first;
  const asked = await askForApproval(first, context);
  const result = asked === "approved" ? await tool.handler(args, context) : first;
  return isWaiting(result) ? tellWhere(result, context, { isAsked: asked !== "unasked" }) : result;
}

function argumentsOf({ form, session: fields }: Tool, given: Arguments, session: Session): Arguments {
  // To a caller these arguments do not exist, so they read as any other unknown name does.
  const filled = form.filled.find((name) => Object.hasOwn(given, name));
  if (filled !== undefined) throw new AppError("invalid_input", `unknown field "${filled}"`);
  const args: Record<string, unknown> = { ...given };
  for (const field of fields)
    if (args[field] === undefined && session[field] !== undefined) args[field] = session[field];
  return args;
}

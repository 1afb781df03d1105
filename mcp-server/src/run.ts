import { unknownFields } from "@moorage/shared/contract";
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

function argumentsOf({ name, form, session: fields }: Tool, given: Arguments, session: Session): Arguments {
  const { shape } = form.args;
  // To a caller the arguments that are filled in do not exist, so they read as any other unknown name does.
  const known = Object.keys(shape).filter((field) => !form.filled.includes(field));
  const unknown = Object.keys(given).filter((field) => !known.includes(field));
  if (unknown.length > 0) {
    const hint = known.length === 0 ? `${name} takes no fields.` : `${name} takes ${known.join(", ")}.`;
    throw new AppError("invalid_input", unknownFields(unknown), { hint });
  }
  // Some models fill in every field, with null where they mean none.
  const isMeant = ([field, value]: [string, unknown]) => value !== null || shape[field]?.safeParse(null).success;
  const args: Record<string, unknown> = Object.fromEntries(Object.entries(given).filter(isMeant));
  for (const field of fields)
    if (args[field] === undefined && session[field] !== undefined) args[field] = session[field];
  return args;
}

import { unknownFields } from "@moorage/shared/contract";
import { AppError } from "@moorage/shared/errors";
import * as z from "zod";
import type { Arguments } from "./backend/types.ts";
import { isObject } from "./is-object.ts";
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
  const args = withoutNulls(form.args, given) as Record<string, unknown>;
  for (const field of fields)
    if (args[field] === undefined && session[field] !== undefined) args[field] = session[field];
  return args;
}

/** Some models fill in every field, with null where they mean none. Where null says something it stays. */
function withoutNulls(schema: z.core.$ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodOptional) return withoutNulls(schema.unwrap(), value);
  if (schema instanceof z.ZodArray && Array.isArray(value))
    return value.map((item) => withoutNulls(schema.element, item));
  if (!(schema instanceof z.ZodObject) || !isObject(value)) return value;
  const { shape } = schema;
  const fields = Object.entries(value).flatMap(([name, given]) => {
    const field: z.ZodType | undefined = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (field === undefined) return [[name, given]];
    return given === null && !field.safeParse(null).success ? [] : [[name, withoutNulls(field, given)]];
  });
  return Object.fromEntries(fields);
}

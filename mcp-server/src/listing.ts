/** How a tool stands in tools/list. */
import { inputJsonSchema, type JsonSchema, outputJsonSchema } from "./json-schema.ts";
import type { Annotations, Tool } from "./tool.ts";

export interface ListedTool {
  name: string;
  title: string;
  description: string;
  inputSchema: JsonSchema;
  outputSchema: JsonSchema;
  annotations: Annotations;
}

export function listTool({ name, title, description, form, annotations }: Tool): ListedTool {
  const inputSchema = inputJsonSchema(form.args, form.filled);
  const outputSchema = answerSchema(outputJsonSchema(form.result), form.untrusted.length > 0);
  return { name, title, description, inputSchema, outputSchema, annotations };
}

/** Clients check an error's structured content against the same schema as a result's, so it describes both. */
function answerSchema(result: JsonSchema, hasUntrusted: boolean): JsonSchema {
  const text = { type: "string" };
  return {
    type: "object",
    properties: {
      ...(hasUntrusted ? { untrusted: UNTRUSTED, shortened: text } : {}),
      ...result.properties,
      code: text,
      message: text,
      hint: text,
      retryable: { type: "boolean" },
      requestId: text,
    },
    anyOf: [{ required: result.required ?? [] }, { required: ["code", "message", "hint", "retryable"] }],
  };
}

const UNTRUSTED: JsonSchema = {
  type: "object",
  properties: {
    id: { type: "string" },
    fields: { type: "array", items: { type: "string" } },
    note: { type: "string" },
  },
  required: ["id", "fields", "note"],
};

/** How tools, prompts and resources stand in their lists. */
import { inputJsonSchema, type JsonSchema, outputJsonSchema } from "./json-schema.ts";
import type { Prompt } from "./prompt.ts";
import { isTemplate, MIME_TYPE, type Resource } from "./resource.ts";
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
      // A call that waits for a yes says where it is given.
      ...(result.properties?.["approvalId"] === undefined ? {} : { page: text, command: text }),
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

export function listPrompt({ name, title, description, arguments: known }: Prompt) {
  const listed = Object.entries(known).map(([argument, { description, required }]) => ({
    name: argument,
    description,
    required: required === true,
  }));
  return { name, title, description, arguments: listed };
}

export function listResource(resource: Resource) {
  const { uri, name, title, description } = resource;
  return { ...(isTemplate(resource) ? { uriTemplate: uri } : { uri }), name, title, description, mimeType: MIME_TYPE };
}

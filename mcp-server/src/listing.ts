/** How tools, prompts and resources stand in their lists. */
import { inputJsonSchema, type JsonSchema, outputJsonSchema } from "./json-schema.ts";
import { type Prompt, toolsOf } from "./prompt.ts";
import { isTemplate, MIME_TYPE, type Resource } from "./resource.ts";
import { type Annotations, offerOf, type Tool } from "./tool.ts";

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
      ...(result.properties?.["approvalId"] === undefined ? {} : { page: text, command: text, next: text }),
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

function listPrompt({ name, title, description, arguments: known }: Prompt) {
  const listed = Object.entries(known).map(([argument, { description, required }]) => ({
    name: argument,
    description,
    required: required === true,
  }));
  return { name, title, description, arguments: listed };
}

function listResource(resource: Resource) {
  const { uri, name, title, description } = resource;
  return { ...(isTemplate(resource) ? { uriTemplate: uri } : { uri }), name, title, description, mimeType: MIME_TYPE };
}

/** Each with what a session must have for it. */
export const nameTool = (tool: Tool) => ({ name: tool.name, title: tool.title, ...offerOf(tool) });

export const toolEntry = (tool: Tool) => ({ name: tool.name, json: JSON.stringify(listTool(tool)) });

export const promptEntry = (prompt: Prompt) => ({ tools: toolsOf(prompt), json: JSON.stringify(listPrompt(prompt)) });

export const resourceEntry = (resource: Resource) => ({
  tools: [resource.tool.name],
  isTemplate: isTemplate(resource),
  json: JSON.stringify(listResource(resource)),
});

/** `docs/tools.md`: every tool, prompt and resource, from the definitions that the server itself goes by. */
import { APPROVALS } from "@moorage/shared/approval";
import * as z from "zod";
import type { Prompt } from "./prompt.ts";
import { PROMPTS } from "./prompts/index.ts";
import { RESOURCES } from "./resources/index.ts";
import { featureOf, isMutating, type Tool } from "./tool.ts";
import { TOOLS } from "./tools/index.ts";

interface Schema {
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

const HEAD = `# Tools, prompts and resources

Made from the definitions in \`mcp-server/src/tools\` by \`node scripts/docs.ts\`; a test holds it to them.

Each tool is also a command: \`memory_add\` is \`moorage memory add\`, with its fields as options (\`moorage memory add
--help\`). A call that fails answers \`{code, message, hint, retryable, requestId}\`. Fields that an answer names in
\`untrusted\` hold text that others wrote. Limits are enforced; a call beyond one is refused and says so.

A key that is bound to an agent acts for that one: whatever \`agent\` says, it reads, writes and brings in as its own, and
each entry of an answer says whose it is. Without such a key, \`agent\` left out means everyone's in
searches and lists, and the session's (\`--agent\`), else \`default\`'s, in what is written and in \`memory_context\`.
`;

export function reference(): string {
  const features = [...new Set(TOOLS.map(featureOf))];
  const chapters = features.map(
    (feature) =>
      `## ${feature}\n\n${TOOLS.filter((tool) => featureOf(tool) === feature)
        .map(describe)
        .join("\n")}`,
  );
  return [HEAD, ...chapters, prompts(), resources()].join("\n");
}

function describe(tool: Tool): string {
  const { name, description, form, calls, reveals, annotations } = tool;
  const scopes = [...new Set(calls.map(({ scope }) => scope).filter((scope) => scope !== "any"))];
  const approval = Object.entries(APPROVALS).find(([kind]) => kind === name);
  const marks = [
    scopes.length > 0 ? `Scope: ${scopes.map(code).join(", ")}.` : "",
    isMutating(tool) ? "" : "Changes nothing.",
    annotations.destructiveHint ? "Destroys." : "",
    reveals ? "Listed only with `--allow-reveal`; as a command it is another." : "",
    approval === undefined ? "" : `Needs a person's approval (${approval[1].when}).`,
  ].filter((mark) => mark !== "");
  const input = z.toJSONSchema(form.args, { target: "draft-2020-12", io: "input" }) as Schema;
  const output = z.toJSONSchema(form.result, { target: "draft-2020-12", io: "output" }) as Schema;
  const fields = Object.entries(input.properties ?? {}).filter(([field]) => !form.filled.includes(field));
  const rows = fields.map(([field, schema]) => row(field, schema, input.required?.includes(field) === true));
  const table = rows.length === 0 ? "" : `\n| field | takes | |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
  return `### ${name}\n\n${description} ${marks.join(" ")}\n${table}\nAnswers \`${shape(output)}\`.\n`;
}

const code = (text: string) => `\`${text}\``;
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

const row = (field: string, schema: Schema, required: boolean) =>
  `| ${code(field)} | ${cell(`${kind(schema)}${required ? ", required" : ""}`)} | ${cell(schema.description ?? "")} |`;

/** What a field takes, with its bounds. */
function kind(schema: Schema): string {
  const { items, anyOf, oneOf, properties } = schema;
  if (schema.enum !== undefined) return schema.enum.map((one) => code(String(one))).join(" ");
  if (schema.const !== undefined) return code(String(schema.const));
  const options = anyOf ?? oneOf;
  if (options !== undefined) return [...new Set(options.map(kind))].join(" or ");
  if (items !== undefined) return `list of ${kind(items)}${bounds(schema.minItems, schema.maxItems)}`;
  if (properties !== undefined) return `object of ${Object.keys(properties).map(code).join(", ")}`;
  const [least, most] =
    schema.type === "string" ? [schema.minLength, schema.maxLength] : [schema.minimum, schema.maximum];
  return `${[schema.type ?? "anything"].flat().join(" or ")}${bounds(least, most)}`;
}

/** Beyond the safe integers a bound is none. */
function bounds(least: number | undefined, most: number | undefined): string {
  const isReal = (bound: number | undefined) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  if (isReal(most)) return ` (${isReal(least) ? least : 0}–${most})`;
  return isReal(least) && least !== 0 ? ` (at least ${least})` : "";
}

/** An answer's fields in a line. */
function shape({ properties, anyOf, oneOf, required = [] }: Schema): string {
  const options = anyOf ?? oneOf;
  if (options !== undefined) return options.map(shape).join(" | ");
  const fields = Object.entries(properties ?? {}).map(([name, field]) => {
    const mark = required.includes(name) ? "" : "?";
    if (field.const !== undefined) return `${name}${mark}: ${JSON.stringify(field.const)}`;
    return `${name}${mark}${field.type === "array" ? "[]" : ""}`;
  });
  return `{${fields.join(", ")}}`;
}

function prompts(): string {
  const list = PROMPTS.map(({ name, description, arguments: given }: Prompt) => {
    const fields = Object.entries(given).map(([field, { description: what }]) => `${code(field)} (${what})`);
    return `- ${code(name)}: ${description}${fields.length === 0 ? "" : ` Takes ${fields.join(", ")}.`}`;
  });
  return `## Prompts\n\n${list.join("\n")}\n`;
}

const resources = () =>
  `## Resources\n\n${RESOURCES.map(({ uri, description }) => `- ${code(uri)}: ${description}`).join("\n")}\n`;

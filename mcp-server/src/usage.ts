/** How commands and their fields are told to a person at a terminal. */
import { inputJsonSchema, type JsonSchema } from "./json-schema.ts";
import type { Tool } from "./tool.ts";

export const commandOf = (name: string): string => `moorage ${name.replaceAll("_", " ")}`;

export const flagOf = (field: string): string => field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Tools and verbs, by name; a tool of a verb's name is the verb. */
export function commandsOf(tools: readonly Named[], verbs: readonly Named[]): Named[] {
  const isVerb = new Set(verbs.map(({ name }) => commandOf(name)));
  return [...tools.filter(({ name }) => !isVerb.has(commandOf(name))), ...verbs].sort((a, b) =>
    commandOf(a.name) < commandOf(b.name) ? -1 : 1,
  );
}

type Named = Pick<Tool, "name" | "title">;

/** One line a command, as it is typed. */
export const listCommands = (tools: readonly Named[]): string =>
  listNames(tools.map(({ name, title }) => ({ name: commandOf(name), title })));

/** The same where `moorage` goes without saying. */
export const listNames = (tools: readonly Named[]): string => {
  const width = Math.max(...tools.map(({ name }) => name.length));
  return tools.map(({ name, title }) => `  ${name.replaceAll("_", " ").padEnd(width)}  ${title}`).join("\n");
};

/** Fields that say what a command is about where it may be about everything: `moorage status events heron`. */
const ABOUT = ["deployment", "job", "name"];

/** The fields that may come without their names, in this order: what the command is about, then what has to be chosen for it. */
export function placesOf(schema: JsonSchema): string[] {
  const main = mainField(schema);
  if (main === undefined) return [];
  const choice = schema.required?.find((name) => name !== main && schema.properties?.[name]?.enum !== undefined);
  return choice === undefined ? [main] : [main, choice];
}

/** The one field, or the one required text: the content to add, the id to get, the job to run. What is chosen from a list comes second. */
function mainField({ required = [], properties = {} }: JsonSchema): string | undefined {
  const isText = (name: string) => properties[name]?.type === "string";
  const [only, ...others] = Object.keys(properties);
  if (only !== undefined && others.length === 0 && isText(only)) return only;
  if (required.length === 0) return ABOUT.find(isText);
  const texts = required.filter(isText);
  const free = texts.find((name) => properties[name]?.enum === undefined);
  return free ?? (texts.length === 1 ? texts[0] : undefined);
}

/** One line a field. */
export function describeCommand({ name, description, form }: Tool): string {
  const schema = inputJsonSchema(form.args, form.filled);
  const places = placesOf(schema);
  const fields = Object.entries(schema.properties ?? {}).map(([field, property]) => {
    const notes = [
      schema.required?.includes(field) ? "required" : undefined,
      field === places[0] ? "also without its name" : undefined,
      field === places[1] ? "also without its name, second" : undefined,
      property.type === "array" ? "may be repeated" : undefined,
      property.description,
    ].filter((note) => note !== undefined);
    return [`--${flagOf(field)}${placeholder(property)}`, notes.join("; ")] as const;
  });
  const lines = [
    ...fields,
    ["--json '{…}'", "all or some of them as one JSON object; alone, the answer as JSON"] as const,
  ];
  const width = Math.max(...lines.map(([flag]) => flag.length));
  const list = lines.map(([flag, notes]) => `  ${flag.padEnd(width)}  ${notes}`.trimEnd()).join("\n");
  return `${commandOf(name)}: ${description}\n\n${list}\n`;
}

function placeholder({ type, enum: choices }: JsonSchema): string {
  if (choices !== undefined) return ` ${choices.join("|")}`;
  if (type === "boolean") return "";
  return type === "integer" ? " NUMBER" : " TEXT";
}

/** A prompt: words of ours with the answer of a tool that only reads, for a person to begin a conversation with. */
import { AppError, type ErrorCode } from "@moorage/shared/errors";
import type { Arguments } from "./backend/types.ts";
import type { Complete } from "./completion.ts";
import { answerWithin } from "./fit.ts";
import { localDay } from "./local-day.ts";
import { fenced } from "./present.ts";
import { invalidParams } from "./protocol-error.ts";
import type { Tool, ToolContext } from "./tool.ts";

export interface PromptArgument {
  readonly description: string;
  readonly required?: true;
  readonly complete?: Complete;
}

export interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: Readonly<Record<string, PromptArgument>>;
  /** What to do, ahead of the data. Tools it names must be listed for the prompt to be. */
  readonly text: string;
  /** Where the data comes from. */
  readonly tool: Tool;
  /** The tool's arguments, from the prompt's. `today` is the caller's own day. */
  read(given: Readonly<Record<string, string>>, today: string): Arguments;
  /** What is missing is no obstacle: where the tool is refused with this code, it is asked with these arguments. */
  readonly otherwise?: { readonly code: ErrorCode; readonly args: Arguments };
}

/** The tools a session must have for this prompt. */
export const toolsOf = ({ text, tool }: Prompt): string[] => [
  ...new Set([tool.name, ...(text.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? [])]),
];

/** The answer to prompts/get. */
export async function getPrompt(
  prompts: ReadonlyMap<string, Prompt>,
  params: Readonly<Record<string, unknown>>,
  context: ToolContext,
) {
  const prompt = findPrompt(prompts, params["name"]);
  const args = prompt.read(readArguments(prompt, params["arguments"] ?? {}), localDay(new Date()));
  const { answer, problem } = await answerFor(prompt, args, context);
  const text = `${[prompt.text, ...problem].join(" ")}\n\n${await fenced(answer, context.backend)}`;
  return { description: prompt.description, messages: [{ role: "user", content: { type: "text", text } }] };
}

async function answerFor({ tool, otherwise }: Prompt, args: Arguments, context: ToolContext) {
  try {
    return { answer: await answerWithin(tool, args, context), problem: [] };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== otherwise?.code) throw error;
    return { answer: await answerWithin(tool, otherwise.args, context), problem: [error.message, error.hint] };
  }
}

export function findPrompt(prompts: ReadonlyMap<string, Prompt>, name: unknown): Prompt {
  if (typeof name !== "string") throw invalidParams("a prompt has a name");
  const prompt = prompts.get(name);
  if (prompt === undefined) throw invalidParams(`Unknown prompt: ${JSON.stringify(name.slice(0, 64))}`);
  return prompt;
}

/** Clients send an argument that was left empty as empty text, or as null. */
function readArguments({ name: prompt, arguments: known }: Prompt, given: unknown): Record<string, string> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw invalidParams("arguments must be an object");
  }
  const args = Object.entries(given).filter(([, value]) => value !== "" && value !== null);
  for (const [name, value] of args) {
    if (!Object.hasOwn(known, name))
      throw invalidParams(`${prompt} has no argument ${JSON.stringify(name.slice(0, 64))}`);
    if (typeof value !== "string") throw invalidParams(`${name}: must be a string`);
  }
  const values = Object.fromEntries(args) as Record<string, string>;
  const missing = Object.keys(known).find((name) => known[name]?.required && values[name] === undefined);
  if (missing !== undefined) throw invalidParams(`${missing}: is required`);
  return values;
}

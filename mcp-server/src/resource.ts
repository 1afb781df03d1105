/** A resource: what a tool that only reads answers, under an address. */
import type { Arguments } from "./backend/types.ts";
import type { Complete } from "./completion.ts";
import { answerWithin } from "./fit.ts";
import { invalidParams, noSuchResource } from "./protocol-error.ts";
import type { Result, Tool, ToolContext } from "./tool.ts";

export interface Resource {
  /** `moorage://log/{agent}/{day}`: with variables it is a template. */
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly tool: Tool;
  /** The tool's arguments, from the values of the variables. */
  read(values: Readonly<Record<string, string>>): Arguments;
  /** Whether the answer is what the address names: a key that is bound to an agent is answered of that one. */
  isAt?(values: Readonly<Record<string, string>>, answer: Result): boolean;
  readonly complete?: Readonly<Record<string, Complete>>;
}

export const MIME_TYPE = "application/json";

export const isTemplate = ({ uri }: Pick<Resource, "uri">): boolean => uri.includes("{");

/** The values of the variables with which a resource has this address, or undefined. */
export function matchUri({ uri: template }: Pick<Resource, "uri">, uri: string): Record<string, string> | undefined {
  const names: string[] = [];
  const parts = template.split(/(\{\w+\})/).map((part) => {
    if (!part.startsWith("{")) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    names.push(part.slice(1, -1));
    return "([^/?#]+)";
  });
  const found = new RegExp(`^${parts.join("")}$`).exec(uri);
  if (found === null) return undefined;
  try {
    return Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(found[at + 1]!)]));
  } catch {
    // A broken escape: nothing has this address.
    return undefined;
  }
}

/** The answer to resources/read: the JSON that the tool would have answered. */
export async function readResource(
  resources: readonly Resource[],
  { uri }: Readonly<Record<string, unknown>>,
  context: ToolContext,
) {
  if (typeof uri !== "string") throw invalidParams("resources/read needs the uri of a resource");
  for (const resource of resources) {
    const values = matchUri(resource, uri);
    if (values === undefined) continue;
    const { content, structuredContent } = await answerWithin(resource.tool, resource.read(values), context);
    if (resource.isAt?.(values, structuredContent) === false) throw noSuchResource(uri);
    return { contents: [{ uri, mimeType: MIME_TYPE, text: content[0].text }] };
  }
  throw noSuchResource(uri);
}

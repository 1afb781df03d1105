/** What the front answers by itself, from the lists made when the server was built. */
import { isOffered, type Offer } from "../offer.ts";
import type * as Static from "../published.static.ts";
import { errorText, INVALID_PARAMS, type Request, resultText } from "./messages.ts";

export type Answers = ReadonlyMap<string, (request: Request) => string>;

export type Published = Omit<typeof Static, "features">;

export function createAnswers(offer: Offer, published: Published): Answers {
  const { guidance, listing, toolEntries, prompts, resources } = published;
  const names = new Set(listing.filter((tool) => isOffered(tool, offer)).map(({ name }) => name));
  const hasTools = ({ tools }: { tools: readonly string[] }) => tools.every((name) => names.has(name));
  const instructions = guidance
    .filter(hasTools)
    .map(({ text }) => text)
    .join(" ");
  const offeredPrompts = prompts.filter(hasTools);
  const offeredResources = resources.filter(hasTools);
  const [hasPrompts, hasResources] = [offeredPrompts.length > 0, offeredResources.length > 0];
  const capabilities = {
    tools: {},
    ...(hasPrompts ? { prompts: {} } : {}),
    ...(hasResources ? { resources: {} } : {}),
    ...(hasPrompts || hasResources ? { completions: {} } : {}),
  };
  return new Map([
    ["initialize", (request) => initialize(request, published, { capabilities, instructions })],
    ["ping", ({ id }) => resultText(id, "{}")],
    list(
      "tools/list",
      "tools",
      toolEntries.filter(({ name }) => names.has(name)),
    ),
    ...(hasPrompts ? [list("prompts/list", "prompts", offeredPrompts)] : []),
    ...(hasResources
      ? [
          list(
            "resources/list",
            "resources",
            offeredResources.filter(({ isTemplate }) => !isTemplate),
          ),
          list(
            "resources/templates/list",
            "resourceTemplates",
            offeredResources.filter(({ isTemplate }) => isTemplate),
          ),
        ]
      : []),
  ]);
}

/** A list of one page, known as text. */
function list(
  method: string,
  field: string,
  items: readonly { json: string }[],
): [string, (request: Request) => string] {
  const text = `{"${field}":[${items.map(({ json }) => json).join(",")}]}`;
  return [
    method,
    ({ id, params }) =>
      (params?.["cursor"] ?? undefined) === undefined
        ? resultText(id, text)
        : errorText(id, INVALID_PARAMS, `${method} has one page: call it without a cursor`),
  ];
}

/** The version the client asked for if we speak it, else our newest, as the SDK does. */
function initialize(
  { id, params = {} }: Request,
  { protocolVersions, version }: Published,
  offered: { capabilities: object; instructions: string },
): string {
  const { protocolVersion, clientInfo, capabilities } = params;
  if (typeof protocolVersion !== "string" || !clientInfo || !capabilities) {
    return errorText(id, INVALID_PARAMS, "initialize needs protocolVersion, capabilities and clientInfo");
  }
  return resultText(
    id,
    JSON.stringify({
      protocolVersion: protocolVersions.includes(protocolVersion) ? protocolVersion : protocolVersions[0],
      serverInfo: { name: "moorage", title: "Moorage", version },
      ...offered,
    }),
  );
}

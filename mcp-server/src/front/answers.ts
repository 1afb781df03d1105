/** What the front answers by itself, from the lists made when the server was built. */
import { isOffered, type Offer } from "../offer.ts";
import { guidance, listing, protocolVersions, version } from "../published.static.ts";
import { errorText, INVALID_PARAMS, type Request, resultText } from "./messages.ts";

export type Answers = ReadonlyMap<string, (request: Request) => string>;

export function createAnswers(offer: Offer): Answers {
  const listed = listing.filter((tool) => isOffered(tool, offer));
  const toolsList = `{"tools":[${listed.map(({ json }) => json).join(",")}]}`;
  const names = new Set(listed.map(({ name }) => name));
  const instructions = guidance
    .filter(({ tools }) => tools.every((name) => names.has(name)))
    .map(({ text }) => text)
    .join(" ");
  return new Map([
    ["initialize", (request) => initialize(request, instructions)],
    ["ping", ({ id }) => resultText(id, "{}")],
    [
      "tools/list",
      ({ id, params }) =>
        params?.["cursor"] === undefined
          ? resultText(id, toolsList)
          : errorText(id, INVALID_PARAMS, "tools/list has one page: call it without a cursor"),
    ],
  ]);
}

/** The version the client asked for if we speak it, else our newest, as the SDK does. */
function initialize({ id, params = {} }: Request, instructions: string): string {
  const { protocolVersion, clientInfo, capabilities } = params;
  if (typeof protocolVersion !== "string" || !clientInfo || !capabilities) {
    return errorText(id, INVALID_PARAMS, "initialize needs protocolVersion, capabilities and clientInfo");
  }
  return resultText(
    id,
    JSON.stringify({
      protocolVersion: protocolVersions.includes(protocolVersion) ? protocolVersion : protocolVersions[0],
      capabilities: { tools: {} },
      serverInfo: { name: "moorage", version },
      instructions,
    }),
  );
}

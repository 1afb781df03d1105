/**
 * What the server says about itself, the same for everyone. The build evaluates this module and ships its value, so
 * that `initialize` and the lists are answered before any of the code behind it is loaded.
 */
import { readFileSync } from "node:fs";
import { SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/sdk/types.js";
import { CHAPTERS } from "./guidance.ts";
import { listPrompt, listResource, listTool } from "./listing.ts";
import { toolsOf } from "./prompt.ts";
import { PROMPTS } from "./prompts/index.ts";
import { isTemplate } from "./resource.ts";
import { RESOURCES } from "./resources/index.ts";
import { type Feature, featureOf, offerOf } from "./tool.ts";
import { TOOLS } from "./tools/index.ts";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
export const version = manifest.version;

/** Newest first, as the SDK has them. */
export const protocolVersions: readonly string[] = SUPPORTED_PROTOCOL_VERSIONS;

/** One sentence each. A session is told those whose tools it has. */
export const guidance: readonly { text: string; tools: readonly string[] }[] = [
  "Moorage keeps memory, secrets and agent servers.",
  ...CHAPTERS.flatMap(({ advice }) => advice.flatMap(({ brief }) => brief ?? [])),
].map((text) => ({ text, tools: text.match(/\b[a-z]+_[a-z_]+/g) ?? [] }));

export const listing = TOOLS.map((tool) => ({
  name: tool.name,
  title: tool.title,
  ...offerOf(tool),
}));

/** The tools' entries in tools/list. By themselves: whoever needs but names does not carry them. */
export const toolEntries = TOOLS.map((tool) => ({ name: tool.name, json: JSON.stringify(listTool(tool)) }));

/** The groups of tools that there are. */
export const features: readonly Feature[] = [...new Set(TOOLS.map(featureOf))];

/** Prompts and resources, each with the tools a session must have for it. */
export const prompts = PROMPTS.map((prompt) => ({
  tools: toolsOf(prompt),
  json: JSON.stringify(listPrompt(prompt)),
}));

export const resources = RESOURCES.map((resource) => ({
  tools: [resource.tool.name],
  isTemplate: isTemplate(resource),
  json: JSON.stringify(listResource(resource)),
}));

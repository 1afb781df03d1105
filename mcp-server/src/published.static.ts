/**
 * What the server says about itself, the same for everyone. The build evaluates this module and ships its value, so
 * that `initialize` and the lists are answered before any of the code behind it is loaded.
 */
import { readFileSync } from "node:fs";
import { SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/sdk/types.js";
import { CHAPTERS } from "./guidance.ts";
import { nameTool, promptEntry, resourceEntry, toolEntry } from "./listing.ts";
import { PROMPTS } from "./prompts/index.ts";
import { RESOURCES } from "./resources/index.ts";
import { type Feature, featureOf } from "./tool.ts";
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

export const listing = TOOLS.map(nameTool);

/** The tools' entries in tools/list. By themselves: whoever needs but names does not carry them. */
export const toolEntries = TOOLS.map(toolEntry);

/** The groups of tools that there are. */
export const features: readonly Feature[] = [...new Set(TOOLS.map(featureOf))];

/** Prompts and resources, each with the tools a session must have for it. */
export const prompts = PROMPTS.map(promptEntry);
export const resources = RESOURCES.map(resourceEntry);

/** Everything behind the front: loaded while the client reads its first answers. */
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { createBackend } from "./backend/client.ts";
import { openDoor } from "./backend/open.ts";
import { flushCompileCacheSoon } from "./compile-cache.ts";
import type { Config, Target } from "./config.ts";
import type { Kernel } from "./front/front.ts";
import type { Message } from "./front/messages.ts";
import { log } from "./log.ts";
import { isOffered } from "./offer.ts";
import { clientOf } from "./person/client.ts";
import { commandLine, thisProgram } from "./person/command-line.ts";
import { findProfile } from "./profiles.ts";
import { type Prompt, toolsOf } from "./prompt.ts";
import { PROMPTS } from "./prompts/index.ts";
import { version } from "./published.static.ts";
import type { Resource } from "./resource.ts";
import { RESOURCES } from "./resources/index.ts";
import { createServer } from "./server.ts";
import { createSession } from "./session.ts";
import { offerOf, type Tool } from "./tool.ts";
import { TOOLS } from "./tools/index.ts";

type Send = (message: Message) => void;

export const createKernel = (config: Config, send: Send): Promise<Kernel> =>
  mount({ tools: TOOLS, prompts: PROMPTS, resources: RESOURCES }, config, send);

/** What there is, before a session's flags choose from it. */
export interface Mounted {
  tools: readonly Tool[];
  prompts: readonly Prompt[];
  resources: readonly Resource[];
}

export async function mount(all: Mounted, config: Config, send: Send): Promise<Kernel> {
  const { target, readOnly } = config;
  const open = async () => {
    const door = await openDoor(target, "agent");
    flushCompileCacheSoon();
    return door;
  };
  const backend = createBackend(open, { clientName: () => clientName(server.getClientVersion()), readOnly });
  const command = (words: readonly string[]) => commandLine(thisProgram(), personOf(target), words);
  const tools = all.tools.filter((tool) => isOffered(offerOf(tool), config));
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const prompts = all.prompts.filter((prompt) => toolsOf(prompt).every((name) => byName.has(name)));
  const server = createServer({
    version,
    tools: byName,
    prompts: new Map(prompts.map((prompt) => [prompt.name, prompt])),
    resources: all.resources.filter(({ tool }) => byName.has(tool.name)),
    session: createSession({ ...config, cwd: process.cwd() }),
    backend,
    person: { command, hasPages: true, client: () => clientOf(server) },
    log,
  });
  const transport: Transport = {
    start: async () => {},
    send: async (message) => send(message as Message),
    close: async () => {},
  };
  await server.connect(transport);
  flushCompileCacheSoon();
  return {
    deliver: (message) => transport.onmessage?.(message as JSONRPCMessage),
    close: () => backend.close(),
  };
}

/** On this machine a person has a key of their own; a client's, which the profile has, may not approve. */
const personOf = (target: Target): Target =>
  target.kind === "profile" && findProfile(target)?.address === undefined ? { ...target, kind: "embedded" } : target;

/** What a client calls itself, as the door takes it: at most 80 printable characters. */
function clientName(client: { name: string; version: string } | undefined): string {
  const name = client === undefined ? "unknown" : `${client.name}/${client.version}`;
  return name.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 80);
}

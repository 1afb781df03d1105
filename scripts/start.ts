/** `npm start`: builds, does the main job for real through an MCP client, and prints the entry to paste into one. */
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { buildPackage } from "./build.ts";

type Answer = Record<string, unknown>;
interface Memory {
  id: string;
  content: string;
}

const say = (text = "") => console.log(text);
const step = (text: string) => say(`  ✓ ${text}`);

/** A step that did not do what it says. */
function ensure(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** A started server, as any MCP client has it. */
async function connect(entry: string, home: string) {
  const client = new Client({ name: "npm-start", version: "0.1.0" });
  const { MOORAGE_URL: _url, MOORAGE_API_KEY: _key, ...env } = process.env as Record<string, string>;
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [entry, "--agent", "demo", "--project", "demo"],
      env: { ...env, MOORAGE_DATA_DIR: join(home, "data"), MOORAGE_CONFIG_DIR: join(home, "config") },
    }),
  );
  return {
    tools: async () => (await client.listTools()).tools.length,
    call: async (name: string, args: Answer): Promise<Answer> => {
      const { isError, structuredContent } = await client.callTool({ name, arguments: args });
      const answer = structuredContent as Answer;
      if (isError) throw new Error(`${name}: ${String(answer["message"])} ${String(answer["hint"])}`);
      return answer;
    },
    stop: () => client.close(),
  };
}

async function demonstrate(entry: string, home: string) {
  const preference = "Ben wants release notes in plain words, never more than five lines.";
  const done = "Tried Moorage: memories are found again after a restart.";

  const first = await connect(entry, home);
  step(`an MCP client started the server over stdio; it offers ${await first.tools()} tools`);
  await first.call("memory_add", { type: "preference", content: preference, tags: ["release"], importance: 4 });
  await first.call("memory_add", { type: "decision", content: "We deploy on Tuesdays, after the stand-up." });
  await first.call("memory_add", { type: "fact", content: "The staging server is called heron." });
  step("memory_add: three memories kept");
  const query = "release notes";
  const { memories } = (await first.call("memory_search", { query })) as { memories?: Memory[] };
  ensure(memories?.[0]?.content === preference, `memory_search "${query}" did not find the memory about them`);
  step(`memory_search "${query}": “${preference}”`);
  await first.call("memory_log_append", { content: done });
  step("memory_log_append: one line in today's log");
  await expectLog(first, done);
  step(`memory_log_read: “${done}”`);
  await first.stop();

  const second = await connect(entry, home);
  step("the server process was stopped and a new one started");
  const listed = (await second.call("memory_list", {})) as { memories: Memory[] };
  ensure(listed.memories.length === 3, `after the restart there are ${listed.memories.length} memories instead of 3`);
  await expectLog(second, done);
  const context = (await second.call("memory_context", {})) as { memories: Memory[]; logs: Memory[] };
  ensure(context.memories.length === 3 && context.logs.length === 1, "memory_context lacks what was remembered");
  step("everything is still there: three memories, one log entry, both in memory_context");
  await second.stop();
}

async function expectLog(server: Awaited<ReturnType<typeof connect>>, content: string) {
  const { entries } = (await server.call("memory_log_read", {})) as { entries: Memory[] };
  ensure(entries.length === 1 && entries[0]?.content === content, "memory_log_read did not give the entry back");
}

/** This Node's executable, by a path that stays when its version changes, where there is a link to it. */
function nodePath() {
  const link = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
  return existsSync(link) && realpathSync(link) === realpathSync(process.execPath) ? link : process.execPath;
}

async function main() {
  say("Building …");
  const { entry, bytes } = await buildPackage();
  step(`built ${entry} (${Math.round(bytes / 1024)} kB with its parts)`);
  say();
  say("Trying it for real, in a temporary directory so that your own memory stays as it is …");
  const home = mkdtempSync(join(tmpdir(), "moorage-start-"));
  try {
    await demonstrate(entry, home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  say();
  say(
    "It works. To use it, paste this into your MCP client and restart it (Cursor: ~/.cursor/mcp.json; Claude Desktop:",
  );
  say("Settings → Developer → Edit Config). Your memories are kept in this user's data directory.");
  say();
  say(JSON.stringify({ mcpServers: { moorage: { command: nodePath(), args: [entry] } } }, null, 2));
}

try {
  await main();
} catch (error) {
  console.error(`  ✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

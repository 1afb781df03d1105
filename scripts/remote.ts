/**
 * `npm run remote`: the shape Moorage has in the cloud, on one machine. The Worker runs in workerd, an engine over HTTP
 * stands in for a Convex deployment, and the same MCP server uses them by address and key.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildPackage } from "./build.ts";
import { startConvex } from "./remote/convex.ts";
import { startWorker } from "./remote/worker.ts";

const HELP = `npm run remote -- [options]

  --port N         where the Worker listens (default: a free port)
  --convex-port N  where the stand-in for Convex listens (default: a free port)
  --data-dir DIR   keep the memories in this directory (default: a temporary one, removed at the end)
`;

const say = (text: string) => console.error(text);

function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string" },
      "convex-port": { type: "string" },
      "data-dir": { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  return {
    help: values.help === true,
    port: portOf("--port", values.port),
    convexPort: portOf("--convex-port", values["convex-port"]),
    dataDir: values["data-dir"],
  };
}

/** 0 asks for a free one. */
function portOf(flag: string, text = "0"): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${flag} must be a port number, not "${text}".`);
  return port;
}

/** Asked for by number, a port must be free: better said now than found out half-way. */
async function requireFree(flag: string, port: number): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((done, fail) => {
    const probe = createServer();
    probe.once("error", () => fail(new Error(`${flag} ${port}: the port is taken or not allowed. Choose another.`)));
    probe.listen(port, "127.0.0.1", () => probe.close(() => done()));
  });
}

/** Resolves with the first signal that asks for the end. */
function untilAskedToEnd(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => done());
  });
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return console.log(HELP);
  await requireFree("--port", options.port);
  await requireFree("--convex-port", options.convexPort);

  await using cleanup = new AsyncDisposableStack();
  const end = untilAskedToEnd();
  const scratch = mkdtempSync(join(tmpdir(), "moorage-remote-"));
  cleanup.defer(() => rmSync(scratch, { recursive: true, force: true }));
  const directory = options.dataDir === undefined ? scratch : resolve(options.dataDir);
  mkdirSync(directory, { recursive: true, mode: 0o700 });

  const binary = fileURLToPath(new URL("../mcp-server/dist/moorage.js", import.meta.url));
  say("Building the MCP server …");
  await buildPackage();
  say("Starting an engine over HTTP, in place of a Convex deployment …");
  const convex = await startConvex({ database: join(directory, "remote.sqlite"), port: options.convexPort });
  cleanup.defer(() => convex.close());
  say(`  ${convex.url}`);
  say("Starting the Worker in workerd …");
  const worker = await startWorker({ vars: convex.door, port: options.port, scratch });
  cleanup.defer(() => worker.close());
  say(`  ${worker.url}`);
  const env = { MOORAGE_URL: worker.url, MOORAGE_API_KEY: await convex.admit("local") };

  const entry = { mcpServers: { moorage: { command: process.execPath, args: [binary], env } } };
  console.log(`
MOORAGE_URL=${env.MOORAGE_URL}
MOORAGE_API_KEY=${env.MOORAGE_API_KEY}

The entry for an MCP client (Cursor, Claude Desktop, Claude Code, …) that uses them:

${JSON.stringify(entry, null, 2)}

Or in a shell, with both variables set:  ${process.execPath} ${binary} --help
Memories are kept in ${directory}${options.dataDir === undefined ? " until this ends" : ""}. The key ends with this run. Ctrl-C ends everything.`);

  await end;
  say("\nStopping …");
}

try {
  await main();
  process.exit(0);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

// Writes convex/_generated with Convex's own CLI. The CLI asks a deployment about the functions; a server of two
// endpoints on this machine answers in its place, so that neither an account nor a network is needed.
import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { type BundledDefinition, readDefinitions } from "./component-definitions.ts";
import { embedHostScripts } from "./host-scripts.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The part of a push that says what the app consists of. */
interface Push {
  appDefinition: Omit<BundledDefinition, "definitionPath"> & { udfServerVersion: string };
  componentDefinitions: BundledDefinition[];
}

const server = createServer((request, response) => {
  void answer(request, response);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const text = request.headers["content-encoding"] === "br" ? brotliDecompressSync(body).toString() : body.toString();
  const reply = await replyTo(request.url ?? "", text);
  response.writeHead(reply === undefined ? 400 : 200, { "content-type": "application/json" });
  response.end(JSON.stringify(reply ?? { code: "NotFound", message: `No such endpoint: ${request.url}` }));
}

function replyTo(path: string, body: string): unknown {
  if (path === "/api/get_config_hashes") {
    const config = { projectSlug: "moorage", teamSlug: "moorage", prodUrl: "", functions: "convex/", authInfo: [] };
    return { config, moduleHashes: [], udfServerVersion: null };
  }
  if (path === "/api/deploy2/start_push") return pushed(JSON.parse(body) as Push);
  return undefined;
}

/** What a deployment would say of the app and its components. */
async function pushed({ appDefinition, componentDefinitions }: Push): Promise<unknown> {
  const app = { ...appDefinition, definitionPath: "" };
  const definitions = await readDefinitions([app, ...componentDefinitions]);
  const udfConfig = {
    serverVersion: appDefinition.udfServerVersion,
    importPhaseRngSeed: null,
    importPhaseUnixTimestamp: null,
  };
  const analysed = [...definitions].map(([path, { name: _, ...exported }]) => {
    const definition = { envVars: [], ...exported, path };
    return [path, { definition, schema: null, functions: {}, udfConfig }];
  });
  return {
    environmentVariables: {},
    externalDepsId: null,
    componentDefinitionPackages: {},
    appAuth: [],
    analysis: Object.fromEntries(analysed),
    app: {
      definitionPath: "",
      componentPath: "",
      args: {},
      childComponents: {},
      httpRoutes: { httpModuleRoutes: null, mounts: [] },
      exports: {},
    },
    schemaChange: { allocatedComponentIds: {}, schemaIds: {}, indexDiffs: {} },
  };
}

embedHostScripts();

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  const cli = fileURLToPath(new URL("../node_modules/convex/bin/main.js", import.meta.url));
  const args = ["codegen", "--url", `http://127.0.0.1:${port}`, "--admin-key", "local", "--typecheck", "disable"];
  const child = spawn(process.execPath, [cli, ...args], { cwd: root, stdio: "inherit" });
  child.on("close", (code) => {
    server.close();
    server.closeAllConnections();
    process.exitCode = code ?? 1;
  });
});

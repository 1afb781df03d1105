import { Console } from "node:console";
import { enableCompileCache } from "./compile-cache.ts";
import { type Command, type Config, readCommand, type Target } from "./config.ts";
import { createAnswers } from "./front/answers.ts";
import { startFront } from "./front/front.ts";
import { log } from "./log.ts";
import { nodeProblem } from "./node-version.ts";
import * as published from "./published.static.ts";
import { SettingError } from "./setting-error.ts";

process.on("uncaughtException", (error) => {
  log("stopped by a fault of its own", error);
  process.exit(1);
});

// An empty one is none, to Node it is the current folder: `homedir()` then asks the system.
if (process.env["HOME"] === "") delete process.env["HOME"];

try {
  await run(readCommand(process.argv.slice(2), process.env));
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  fail(error.message);
}

async function run(command: Command): Promise<void> {
  switch (command.kind) {
    case "help":
      process.stdout.write((await import("./help.ts")).help);
      return;
    case "version":
      process.stdout.write(`${published.version}\n`);
      return;
    case "call":
      return call(command);
    case "serve":
      return serve(command.config);
  }
}

function serve(config: Config) {
  requireNode(config.target);
  if (process.stdin.isTTY)
    log("an MCP client starts this and talks to it; moorage --help lists commands, Ctrl-C ends it");
  startFront({
    input: process.stdin,
    output: process.stdout,
    answers: createAnswers(config, published),
    loadKernel: async (send) => {
      // What a library prints must not reach standard output, which is the protocol's.
      globalThis.console = new Console(process.stderr);
      enableCompileCache(process.env);
      return (await import("./kernel.ts")).createKernel(config, send);
    },
    log,
    exit: (code) => process.exit(code),
  });
}

async function call({ words, target, faults = [] }: Command & { kind: "call" }) {
  enableCompileCache(process.env);
  const { runWords } = await import("./cli.ts");
  const { env, stdin, stdout, stderr } = process;
  process.exitCode = await runWords(words, target, { env, stdin, stdout, stderr, faults });
}

function fail(message: string) {
  log(message);
  process.exitCode = 1;
}

function requireNode(target: Target) {
  const problem = nodeProblem(process.versions.node, target.kind === "embedded" ? "embedded" : "remote");
  if (problem !== undefined) throw new SettingError(problem);
}

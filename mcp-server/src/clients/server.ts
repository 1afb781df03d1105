/** The command that an entry holds: a Node and a copy of this program that stay where they are, tried before. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { AppError } from "@moorage/shared/errors";
import { locate } from "../backend/embedded/directories.ts";
import { version } from "../published.static.ts";
import type { VerbContext } from "../verb.ts";
import type { ServerCommand } from "./clients.ts";

/** Caches that package runners empty when they like: an entry must not point into one. */
const CACHES = [`${sep}_npx${sep}`, `${sep}dlx-`, `${sep}bunx-`, `${sep}.yarn${sep}`];

/** This program's entry file; out of a runner's cache it is first copied to `<dataDir>/app/<version>`. */
export function settledEntry(running: string, dataDir: string): string {
  const entry = realpathSync(running);
  if (!CACHES.some((part) => entry.includes(part))) return entry;
  const settled = join(dataDir, "app", version);
  const target = join(settled, "moorage.js");
  if (existsSync(target)) return target;
  const draft = `${settled}.${process.pid}`;
  mkdirSync(dirname(settled), { recursive: true, mode: 0o700 });
  try {
    cpSync(dirname(entry), draft, { recursive: true });
    // Keys that this program has put into the keychain must be there for its copy, too.
    const keychain = join(dirname(dirname(entry)), "@napi-rs");
    if (existsSync(keychain)) cpSync(keychain, join(draft, "node_modules", "@napi-rs"), { recursive: true });
    renameSync(draft, settled);
  } catch (error) {
    // Another process may have settled the same version first.
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return target;
}

/** Where it keeps its data and keys. */
export const DIRECTORY_SETTINGS: readonly string[] = ["MOORAGE_DATA_DIR", "MOORAGE_CONFIG_DIR"];

/** This program with `args`, on the directories that it uses now. */
export function program({ env }: Pick<VerbContext, "env">, args: readonly string[]): ServerCommand {
  const setting = (name: string) => env[name]?.trim() || undefined;
  const dirs = DIRECTORY_SETTINGS.flatMap((name) => {
    const value = setting(name);
    return value === undefined ? [] : [[name, resolve(value)]];
  });
  const dataDir = setting("MOORAGE_DATA_DIR");
  const { data } = locate(dataDir === undefined ? {} : { dataDir });
  const entry = settledEntry(process.argv[1] ?? "", data);
  return { command: process.execPath, args: [entry, ...args], env: Object.fromEntries(dirs) };
}

/** The same for whatever this command itself is about. */
export function ownServer(context: Pick<VerbContext, "target" | "env">, args: readonly string[]): ServerCommand {
  const { target } = context;
  return program(context, [...(target.kind === "profile" ? ["--profile", target.name] : []), ...args]);
}

const TRIAL_MS = 20_000;

/** Starts the server as a client would, and resolves when it has answered `initialize`. It opens no database for that. */
export async function tryServer({ command, args, env }: ServerCommand): Promise<void> {
  const child = spawn(command, [...args], { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
  const said = { out: "", errors: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
    if (said.out.includes("\n")) child.stdin.end();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.errors += text;
  });
  child.stdin.on("error", () => {});
  child.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
  const timer = setTimeout(() => child.kill("SIGKILL"), TRIAL_MS);
  const failure = await new Promise<unknown>((resolve) => {
    child.on("error", resolve);
    child.on("close", () => resolve(undefined));
  });
  clearTimeout(timer);
  if (said.out.includes('"serverInfo"')) return;
  throw new AppError("setup", "The server does not start with this Node.", {
    hint: `Run \`${[command, ...args].join(" ")}\` to see why; no client's file was changed.`,
    cause: failure ?? new Error(said.errors.trim().slice(0, 300)),
  });
}

const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "moorage-init", version },
  },
};

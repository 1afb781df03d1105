/** The entries in the MCP clients of this machine. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { resolve } from "@moorage/shared/contracts/keys";
import { AppError } from "@moorage/shared/errors";
import { AGENT_NAME } from "@moorage/shared/line";
import * as z from "zod";
import { locate, parseJson } from "../backend/embedded/directories.ts";
import { ownersBackend } from "../backend/owners.ts";
import { CLIENTS, type Client } from "../clients/clients.ts";
import { isOurs } from "../clients/entry.ts";
import { type Place, settingsFolder } from "../clients/place.ts";
import { fileOf, isInstalled, readEntry } from "../clients/plan.ts";
import { findProfile } from "../profiles.ts";
import { version } from "../published.static.ts";
import { broken, type Finding, ok, warning } from "./finding.ts";
import { problemOfNode } from "./node.ts";

type Needs = Parameters<typeof problemOfNode>[1];

export async function inspectClients(place: Place, needs: Needs): Promise<Finding[]> {
  const installed = CLIENTS.filter((client) => isInstalled(client, place));
  const findings = await Promise.all(installed.map((client) => inspectClient(client, place, needs)));
  return [...findings, ...inspectBundle(place)];
}

/** What an entry starts; what anybody wrote there that is no text is left out. */
const word = z.string().catch("");
const entryShape = z.object({
  command: word,
  args: z.array(word).catch([]),
  env: z.record(z.string(), word).catch({}),
});
type Entry = z.infer<typeof entryShape>;

async function inspectClient(client: Client, place: Place, needs: Needs): Promise<Finding> {
  const { title } = client;
  const check = `client ${client.name}`;
  const init = `moorage init --client ${client.name}`;
  const path = fileOf(client, place);
  try {
    const entry = readEntry(client, path);
    if (entry === undefined) return warning(check, `${title} has no entry.`, init);
    if (!isOurs(entry)) return warning(check, `${title} has another server of our name in ${path}.`, `${init} --print`);
    const { command, args, env } = entryShape.parse(entry);
    const gone = [command, ...args].find((word) => isAbsolute(word) && !existsSync(word));
    if (gone !== undefined) return broken(check, `${title} starts ${gone}, which is not there.`, init);
    const problem = isAbsolute(command) ? problemOfNode(command, needs) : undefined;
    if (problem !== undefined) return broken(check, `${title}: ${problem}.`, init);
    const had = versionOf(args);
    if (had !== undefined && had !== version) {
      return warning(check, `${title} starts Moorage ${had}, and this is ${version}.`, init);
    }
    const lacking = await problemOfKey({ args, env });
    if (lacking !== undefined) return broken(check, `${title} has its entry, but ${lacking}.`, init);
    return ok(check, `${title} has its entry.`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return broken(check, `${title}, ${path}: ${error.message}`, `${init} --print`);
  }
}

/** The key that the entry names, tried as its server would. What else is wrong with that Moorage is said elsewhere. */
async function problemOfKey({ args, env }: Pick<Entry, "args" | "env">): Promise<string | undefined> {
  const name = args.includes("--profile") ? args[args.indexOf("--profile") + 1] : undefined;
  if (name === undefined || !AGENT_NAME.test(name)) return undefined;
  const { MOORAGE_DATA_DIR: dataDir, MOORAGE_CONFIG_DIR: configDir } = env;
  const directories = { ...(dataDir ? { dataDir } : {}), ...(configDir ? { configDir } : {}) };
  const profile = findProfile({ name, configDir: configDir || undefined });
  if (profile === undefined) return `there is no key "${name}"`;
  if (profile.address === undefined && !existsSync(join(locate(directories).data, "moorage.db"))) {
    return "its key is for data that is not there";
  }
  const backend = ownersBackend({ kind: "profile", name, ...directories });
  try {
    await backend.call(resolve, {});
    return undefined;
  } catch (error) {
    return error instanceof AppError && error.code === "unauthenticated" ? "its key is not valid any more" : undefined;
  } finally {
    await backend.close();
  }
}

function versionOf(args: readonly string[]): string | undefined {
  const entry = args.find((arg) => basename(arg) === "moorage.js");
  if (entry === undefined) return undefined;
  try {
    const manifest = parseJson(readFileSync(join(dirname(entry), "package.json"), "utf8"));
    return (manifest as { version?: string } | undefined)?.version;
  } catch {
    return undefined;
  }
}

/**
 * Claude Desktop runs an installed bundle on a Node of its own, which nobody else can ask. It keeps what the server says,
 * and the server says when that Node cannot hold the local database.
 */
function inspectBundle(place: Place): Finding[] {
  const folder = join(settingsFolder(place), "Claude", "Claude Extensions");
  const installed = list(folder).some((name) => name.endsWith("moorage"));
  if (!installed) return [];
  const logs = list(logFolder(place)).filter((name) => /^mcp-server-moorage.*\.log$/i.test(name));
  const lacking = logs.some((name) => lastSaid(join(logFolder(place), name)).includes("needs Node 22.16"));
  return [
    lacking
      ? broken(
          "bundle",
          "Claude Desktop's own Node cannot hold the local database.",
          "moorage init --client claude-desktop",
        )
      : ok("bundle", "The bundle in Claude Desktop reports nothing wrong."),
  ];
}

const logFolder = ({ platform, home, env }: Place) =>
  platform === "darwin"
    ? join(home, "Library", "Logs", "Claude")
    : join(settingsFolder({ platform, home, env, cwd: home }), "Claude", "logs");

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The end of a log, where its last start is. */
function lastSaid(path: string): string {
  const { size } = statSync(path);
  return readFileSync(path)
    .subarray(Math.max(0, size - 16_384))
    .toString("utf8");
}

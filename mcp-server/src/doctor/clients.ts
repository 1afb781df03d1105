/** The entries in the MCP clients of this machine, each judged by the Moorage that it is for. */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { resolve } from "@moorage/shared/contracts/keys";
import { AppError } from "@moorage/shared/errors";
import * as z from "zod";
import { filesIn, locate, parseJson } from "../backend/embedded/directories.ts";
import { ownersBackend } from "../backend/owners.ts";
import { CLIENTS, type Client } from "../clients/clients.ts";
import { type Entry, isNode, isOurs, serverArguments } from "../clients/entry.ts";
import { endsSoon } from "../clients/key-end.ts";
import { noteIn, readLedger } from "../clients/ledger.ts";
import type { Place } from "../clients/place.ts";
import { fileOf, isInstalled, readEntry } from "../clients/plan.ts";
import { readCommand, type Target } from "../config.ts";
import { findProfile, loginsFor } from "../profiles.ts";
import { version } from "../published.static.ts";
import { SettingError } from "../setting-error.ts";
import { quote, quoteForPowerShell } from "../shell.ts";
import { FILE, FOLDER, findClosed } from "./access.ts";
import { inspectBundle } from "./bundle.ts";
import { broken, type Finding, ok, warning } from "./finding.ts";
import { problemOfNode } from "./node.ts";
import { inspectAddress } from "./remote.ts";
import { addressOf, type Needs, needsOf } from "./target.ts";

/** `known` is the address that has been looked at already. */
export async function inspectClients(place: Place, configDir: string, known: string | undefined): Promise<Finding[]> {
  const installed = CLIENTS.filter((client) => isInstalled(client, place));
  const looked = await Promise.all(installed.map((client) => inspectClient(client, place)));
  const addresses = new Set(looked.flatMap(({ address }) => address ?? []));
  const doors = await Promise.all([...addresses].filter((one) => one !== known).map((one) => inspectAddress(one)));
  const notes = inspectNotes(configDir);
  return [...doors.flat(), ...looked.map(({ finding }) => finding), ...notes, ...inspectBundle(place)];
}

/** What init wrote down of its entries; a damaged note is in the way of uninstall. */
const inspectNotes = (configDir: string): Finding[] =>
  Object.entries(readLedger(configDir).damaged).map(([name, { message }]) => {
    const path = quote(noteIn(configDir, name));
    return broken(
      `note ${name}`,
      `${message} moorage uninstall leaves that client's entry as it is.`,
      `mv ${path} ${path}.aside`,
    );
  });

interface Looked {
  finding: Finding;
  /** The Moorage that its entry is for, unless that is this machine's. */
  address?: string | undefined;
}

async function inspectClient(client: Client, place: Place): Promise<Looked> {
  const { title } = client;
  const path = fileOf(client, place);
  const init = ["init", "--client", client.name];
  let entry: unknown;
  try {
    entry = readEntry(client, path);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { finding: broken(checkOf(client), `${title}: ${error.message}`, remedyOf(path)) };
  }
  if (entry === undefined) return { finding: warning(checkOf(client), `${title} has no entry.`, init) };
  if (!isOurs(entry)) {
    const other = `${title} has another server of our name in ${path}.`;
    return { finding: warning(checkOf(client), `${other} Rename it, then run moorage init.`, edit(path)) };
  }
  try {
    return await inspectEntry(client, entry);
  } catch (error) {
    if (!(error instanceof AppError || error instanceof SettingError)) throw error;
    const why = error.message.replace(/\.$/, "");
    return { finding: broken(checkOf(client), `${title} has its entry, but it starts nothing: ${why}.`, init) };
  }
}

/** Of a file that does not tell its entry: what keeps its reader out, or is to be mended in it by hand. */
const remedyOf = (path: string) => (findClosed(dirname(path), FOLDER) ?? findClosed(path, FILE))?.command ?? edit(path);

/** Its user's own editor, and what stands in for one. */
const edit = (path: string) =>
  process.platform === "win32" ? `notepad ${quoteForPowerShell(path)}` : `"\${EDITOR:-vi}" ${quote(path)}`;

const checkOf = ({ name }: Client) => `client ${name}`;

/** What an entry starts; what anybody wrote there that is no text is left out. */
const word = z.string().catch("");
const entryShape = z.object({
  command: word,
  args: z.array(word).catch([]),
  env: z.record(z.string(), word).catch({}),
});

async function inspectEntry(client: Client, entry: Entry): Promise<Looked> {
  const { title } = client;
  const { command, args, env } = entryShape.parse(entry);
  const target = targetOf(serverArguments(entry), env);
  const address = addressOf(target);
  const mend = mending(client, address, target);
  const say = (state: typeof warning, said: string) => ({
    finding: state(checkOf(client), `${title} ${said}.`, mend),
    address,
  });
  const { problem: ofKey, expiresAt } = await lookAtKey(target);
  const problem = problemOfCommand(command, args, needsOf(address)) ?? ofKey;
  if (problem !== undefined) return say(broken, problem);
  const had = versionOf(args);
  if (had !== undefined && had !== version) return say(warning, `starts Moorage ${had}, and this is ${version}`);
  if (expiresAt !== undefined && endsSoon(expiresAt)) {
    return say(warning, `has its entry, but its key ends at ${new Date(expiresAt).toISOString()}`);
  }
  return { finding: ok(checkOf(client), `${title} has its entry.`), address };
}

/** As the server itself reads them; what it would refuse is thrown. */
function targetOf(words: readonly string[], env: Readonly<Record<string, string>>): Target {
  const command = readCommand(words, env);
  if (command.kind === "serve") return command.config.target;
  throw new SettingError(`"${words.join(" ")}" is a command of its own`);
}

/** The command that writes the entry anew: for a Moorage elsewhere by whichever log-in there is. */
export function mending(client: Client, address: string | undefined, { configDir }: Target): readonly string[] {
  const init = ["init", "--client", client.name];
  if (address === undefined) return init;
  const names = loginsFor(address, configDir).filter((name) => !CLIENTS.some((one) => one.name === name));
  const [first] = names;
  if (first === undefined) return ["login", "--url", address];
  return names.includes("default") ? [...init, "--remote", address] : ["--profile", first, ...init];
}

function problemOfCommand(command: string, args: readonly string[], needs: Needs): string | undefined {
  const gone = [command, ...args].find((word) => isAbsolute(word) && !existsSync(word));
  if (gone !== undefined) return `starts ${gone}, which is not there`;
  // Another program, such as an installed `moorage`, finds its Node by itself.
  const problem = isAbsolute(command) && isNode(command) ? problemOfNode(command, needs) : undefined;
  return problem === undefined ? undefined : `starts a Node that will not do: ${problem}`;
}

/** The key that the entry leads to, tried as its server would. What else is wrong with that Moorage is said elsewhere. */
async function lookAtKey(target: Target): Promise<{ problem?: string; expiresAt?: number | undefined }> {
  // The machine's own key is looked at for itself.
  if (target.kind === "embedded") return {};
  if (target.kind === "profile") {
    const profile = findProfile(target);
    if (profile === undefined) return { problem: `has its entry, but there is no key "${target.name}"` };
    if (profile.address === undefined && !existsSync(filesIn(locate(target).data).database)) {
      return { problem: "has its entry, but its key is for data that is not there" };
    }
  }
  const backend = ownersBackend(target);
  try {
    const { expiresAt } = await backend.call(resolve, {});
    return { expiresAt };
  } catch (error) {
    const isEnded = error instanceof AppError && error.code === "unauthenticated";
    return isEnded ? { problem: "has its entry, but its key is not valid any more" } : {};
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

/** Arguments and environment, read once. Nothing else in the server looks at either. */
import { resolve } from "node:path";
import { parseApiKey } from "@moorage/shared/api-key";
import { AGENT_NAME, AGENT_NAME_RULE, lineProblem, PROJECT_CHARS } from "@moorage/shared/line";
import { parseFlags, readFlags } from "./flags.ts";
import { features } from "./published.static.ts";
import { SettingError } from "./setting-error.ts";
import type { Feature } from "./tool.ts";

export type Target =
  | { kind: "remote"; address: string; apiKey: string; configDir?: string }
  /** What `moorage login` or `moorage init` has kept: a key, and the address it is for unless that is this machine. */
  | { kind: "profile"; name: string; dataDir?: string; configDir?: string; publicUrl?: string }
  | { kind: "embedded"; dataDir?: string; configDir?: string; publicUrl?: string };

export interface Config {
  target: Target;
  features: ReadonlySet<Feature>;
  readOnly: boolean;
  allowReveal: boolean;
  importRoots: readonly string[];
  agent?: string;
  project?: string;
}

export type Command =
  | { kind: "help" }
  | { kind: "version" }
  /** With flags only: MCP on standard input and output. */
  | { kind: "serve"; config: Config }
  /** With a verb: one call. Its arguments are read by the verb's own contract. */
  | { kind: "call"; words: string[]; target: Target; faults?: readonly SettingError[] };

type Environment = Readonly<Record<string, string | undefined>>;

const SERVE_FLAGS = {
  profile: "value",
  agent: "value",
  project: "value",
  features: "value",
  "read-only": "switch",
  "allow-reveal": "switch",
  "import-root": "list",
} as const;

export function readCommand(argv: readonly string[], env: Environment): Command {
  const [first] = argv;
  if (first === "--help" || first === "-h" || first === "help") return { kind: "help" };
  if (first === "--version" || first === "-v") return { kind: "version" };
  const { profile, rest } = leadingProfile(argv);
  const [verb] = rest;
  if (verb !== undefined && !verb.startsWith("-")) {
    // These two are about a profile, whatever is set for the others.
    const isAboutProfile = verb === "login" || verb === "logout";
    const name = profile ?? (isAboutProfile ? DEFAULT_PROFILE : undefined);
    if (verb === "doctor") return { kind: "call", words: rest, ...readTargetAndFaults(env, name) };
    return { kind: "call", words: rest, target: readTarget(env, name) };
  }
  const { values, positionals } = readFlags(argv, SERVE_FLAGS);
  if (positionals.length > 0) {
    throw new SettingError(`unexpected "${positionals[0]}": a command comes before its options; see moorage --help`);
  }
  const agent = values.get("agent")?.[0];
  const project = values.get("project")?.[0];
  if (agent !== undefined && !AGENT_NAME.test(agent)) throw new SettingError(`--agent ${AGENT_NAME_RULE}`);
  const problem = project === undefined ? undefined : lineProblem(project, PROJECT_CHARS);
  if (problem !== undefined) throw new SettingError(`--project ${problem}`);
  return {
    kind: "serve",
    config: {
      target: readTarget(env, values.get("profile")?.[0]),
      features: readFeatures(values.get("features")?.[0]),
      readOnly: values.has("read-only"),
      allowReveal: values.has("allow-reveal"),
      importRoots: (values.get("import-root") ?? []).map((path) => resolve(path)),
      ...(agent === undefined ? {} : { agent }),
      ...(project === undefined ? {} : { project }),
    },
  };
}

/** Of the words behind a server's command, the options that this release knows; not the profile. */
export function serverWords(words: readonly string[]): string[] {
  const { tokens } = parseFlags(words, SERVE_FLAGS);
  return tokens.flatMap((token) => {
    if (token.kind !== "option" || token.name === "profile" || !Object.hasOwn(SERVE_FLAGS, token.name)) return [];
    return words.slice(token.index, token.index + (token.value === undefined || token.inlineValue ? 1 : 2));
  });
}

const DEFAULT_PROFILE = "default";

/** `--profile NAME` stands before a command, whose own options come after it. */
function leadingProfile(argv: readonly string[]): { profile?: string; rest: string[] } {
  const [first = "", second, ...rest] = argv;
  if (first === "--profile" && second !== undefined) return { profile: second, rest };
  if (first.startsWith("--profile=")) return { profile: first.slice("--profile=".length), rest: argv.slice(1) };
  return { rest: [...argv] };
}

export function readProfileName(name: string): string {
  if (!AGENT_NAME.test(name)) throw new SettingError(`--profile ${AGENT_NAME_RULE}`);
  return name;
}

/** A family whose tools come with a later release may be named beside one that is there. */
const FAMILIES: readonly Feature[] = ["memory", "secret", "deploy", "status"];

function readFeatures(list: string | undefined): ReadonlySet<Feature> {
  if (list === undefined) return new Set(features);
  const names = list.split(",").map((name) => name.trim());
  const isOneOf = (known: readonly string[]) => (name: string) => known.includes(name);
  const unknown = names.find((name) => !isOneOf(FAMILIES)(name));
  if (unknown !== undefined || !names.some(isOneOf(features))) {
    throw new SettingError(`--features has no "${unknown ?? list.trim()}"; choose from ${features.join(",")}`);
  }
  return new Set(names as Feature[]);
}

/** Where servers reach a Moorage of this machine: an origin, for what stands behind it is Moorage's own. */
function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url?.protocol !== "https:" || url.href !== `${url.origin}/`) {
    const form = "MOORAGE_PUBLIC_URL must be an https address alone, such as https://moorage.example.com";
    throw new SettingError(form, ["MOORAGE_PUBLIC_URL"]);
  }
  return url.origin;
}

/** For the command that says what is wrong: settings that lead nowhere are its findings, and it looks at the rest. */
function readTargetAndFaults(
  env: Environment,
  profile: string | undefined,
): { target: Target; faults: readonly SettingError[] } {
  try {
    return { target: readTarget(env, profile), faults: [] };
  } catch (error) {
    if (!(error instanceof SettingError) || error.variables.length === 0) throw error;
    const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !error.variables.includes(name)));
    const { target, faults } = readTargetAndFaults(rest, profile);
    return { target, faults: [error, ...faults] };
  }
}

function readTarget(env: Environment, profile: string | undefined): Target {
  // Clients write an empty value for a setting that was left open.
  const read = (name: string) => env[name]?.trim() || undefined;
  const directory = (name: string) => {
    const named = read(name);
    return named === undefined ? undefined : resolve(named);
  };
  const dataDir = directory("MOORAGE_DATA_DIR");
  const configDir = directory("MOORAGE_CONFIG_DIR");
  const publicUrl = read("MOORAGE_URL") === undefined ? readPublicUrl(read("MOORAGE_PUBLIC_URL")) : undefined;
  const here = {
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(configDir === undefined ? {} : { configDir }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
  };
  if (profile !== undefined) return { kind: "profile", name: readProfileName(profile), ...here };
  const url = read("MOORAGE_URL");
  const apiKey = read("MOORAGE_API_KEY");
  if (url === undefined) {
    if (apiKey !== undefined) {
      throw new SettingError(
        "MOORAGE_API_KEY is set but MOORAGE_URL is not; set both, or neither to keep everything here",
        ELSEWHERE,
      );
    }
    return { kind: "embedded", ...here };
  }
  if (apiKey === undefined) {
    throw new SettingError(
      "MOORAGE_URL is set but MOORAGE_API_KEY is not; set both, or use --profile after moorage login",
      ELSEWHERE,
    );
  }
  if (parseApiKey(apiKey) === undefined) {
    throw new SettingError(
      "MOORAGE_API_KEY is not a whole key (moor_…); a character is wrong or missing, copy it again",
      ELSEWHERE,
    );
  }
  return {
    kind: "remote",
    address: readAddress(url, "MOORAGE_URL"),
    apiKey,
    ...(configDir === undefined ? {} : { configDir }),
  };
}

/** The two by which a Moorage elsewhere is used, of which neither is of use alone. */
const ELSEWHERE = ["MOORAGE_URL", "MOORAGE_API_KEY"];

export function readAddress(text: string, setting: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const about = ELSEWHERE.includes(setting) ? ELSEWHERE : [];
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw new SettingError(`${setting} must be an address such as https://moorage.example.com`, about);
  }
  // The key travels with every call; without TLS the network could read it.
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (url.protocol === "http:" && !isLocal)
    throw new SettingError(`${setting} must begin with https://, or others on the network could read the key`, about);
  return url.href.replace(/\/+$/, "");
}

/** The MCP clients that Moorage can be entered into: where each keeps its servers, and in which shape. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Place, settingsFolder } from "./place.ts";

/** How the server is started. No secret is in it: the key is found by its profile. */
export interface ServerCommand {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

export interface Client {
  name: string;
  title: string;
  /** Where its file may be; the first that exists is the one, else the first is made. */
  files(place: Place): string[];
  /** Folders that are there where it is installed. */
  traces(place: Place): string[];
  /** A program of its own that adds and removes servers, used where it is on the PATH. */
  program?: { name: string; add(entry: string): string[]; remove: string[] };
  format: "json" | "jsonc" | "toml";
  /** The member of the file that holds the servers. */
  section: string;
  entry(server: ServerCommand): Record<string, unknown>;
  /** What a new entry has besides, until its user sets it otherwise. */
  defaults?: Record<string, unknown>;
  /** What a person does for the change to be seen. */
  next: string;
}

/** Our name among a client's servers. */
export const SERVER_NAME = "moorage";

const plain = ({ command, args, env }: ServerCommand) => ({
  command,
  args: [...args],
  ...(Object.keys(env).length === 0 ? {} : { env: { ...env } }),
});

const inHome =
  (...parts: string[]) =>
  ({ home }: Place) => [join(home, ...parts)];
const inSettings =
  (...parts: string[]) =>
  (place: Place) => [join(settingsFolder(place), ...parts)];

/** Claude Desktop from Microsoft's store has its settings in a folder of the package. */
function storeFolders({ platform, env, home }: Place): string[] {
  if (platform !== "win32") return [];
  const packages = join(env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "Packages");
  try {
    const found = readdirSync(packages).filter((name) => name.startsWith("Claude_"));
    return found.map((name) => join(packages, name, "LocalCache", "Roaming", "Claude"));
  } catch {
    return [];
  }
}

const zedFolders = (place: Place) => [
  join(place.env["XDG_CONFIG_HOME"] || join(place.home, ".config"), "zed"),
  ...(place.platform === "darwin" ? [join(settingsFolder(place), "Zed")] : []),
];

const claudeFolders = (place: Place) => [...storeFolders(place), join(settingsFolder(place), "Claude")];
const addedByItself = "It is there in the next session.";
const restart = (title: string) => `Quit ${title} wholly and start it again.`;

export const CLIENTS: readonly Client[] = [
  {
    name: "claude-code",
    title: "Claude Code",
    files: ({ env, home }) => [join(env["CLAUDE_CONFIG_DIR"] || home, ".claude.json")],
    traces: ({ env, home }) => [env["CLAUDE_CONFIG_DIR"] || join(home, ".claude")],
    program: {
      name: "claude",
      add: (entry) => ["mcp", "add-json", "--scope", "user", SERVER_NAME, entry],
      remove: ["mcp", "remove", "--scope", "user", SERVER_NAME],
    },
    format: "json",
    section: "mcpServers",
    entry: plain,
    next: addedByItself,
  },
  {
    name: "claude-desktop",
    title: "Claude Desktop",
    files: (place) => claudeFolders(place).map((folder) => join(folder, "claude_desktop_config.json")),
    traces: claudeFolders,
    format: "json",
    section: "mcpServers",
    entry: plain,
    next: restart("Claude Desktop"),
  },
  {
    name: "cursor",
    title: "Cursor",
    files: inHome(".cursor", "mcp.json"),
    traces: inHome(".cursor"),
    format: "json",
    section: "mcpServers",
    entry: plain,
    next: "Turn it on in Cursor's settings, under MCP, if it asks.",
  },
  {
    name: "vscode",
    title: "VS Code",
    files: inSettings("Code", "User", "mcp.json"),
    traces: inSettings("Code"),
    format: "jsonc",
    section: "servers",
    entry: (server) => ({ type: "stdio", ...plain(server) }),
    next: "Start it with “MCP: List Servers” if VS Code does not.",
  },
  {
    name: "codex",
    title: "Codex",
    files: (place) => [join(place.env["CODEX_HOME"] || join(place.home, ".codex"), "config.toml")],
    traces: (place) => [place.env["CODEX_HOME"] || join(place.home, ".codex")],
    format: "toml",
    section: "mcp_servers",
    entry: plain,
    // Its own limit of ten seconds is short for a first start on a busy machine.
    defaults: { startup_timeout_sec: 30 },
    next: addedByItself,
  },
  {
    name: "windsurf",
    title: "Windsurf",
    files: inHome(".codeium", "windsurf", "mcp_config.json"),
    traces: inHome(".codeium", "windsurf"),
    format: "json",
    section: "mcpServers",
    entry: plain,
    next: "Press refresh in Windsurf's MCP settings.",
  },
  {
    name: "zed",
    title: "Zed",
    files: (place) => zedFolders(place).map((folder) => join(folder, "settings.json")),
    traces: zedFolders,
    format: "jsonc",
    section: "context_servers",
    entry: (server) => ({ source: "custom", ...plain(server) }),
    next: addedByItself,
  },
  {
    name: "gemini",
    title: "Gemini CLI",
    files: inHome(".gemini", "settings.json"),
    traces: inHome(".gemini"),
    format: "json",
    section: "mcpServers",
    entry: plain,
    next: addedByItself,
  },
  {
    name: "mcporter",
    title: "mcporter (OpenClaw)",
    files: inHome(".mcporter", "mcporter.json"),
    traces: (place) => [join(place.home, ".mcporter"), join(place.home, ".openclaw")],
    format: "jsonc",
    section: "mcpServers",
    entry: plain,
    next: addedByItself,
  },
];

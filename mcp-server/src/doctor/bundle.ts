/** Claude Desktop's bundle. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Place, settingsFolder } from "../clients/place.ts";
import { broken, type Finding, ok } from "./finding.ts";

/**
 * Claude Desktop runs an installed bundle on a Node of its own, which nobody else can ask. It keeps what the server says,
 * and the server says when that Node cannot hold the local database.
 */
export function inspectBundle(place: Place): Finding[] {
  const folder = join(settingsFolder(place), "Claude", "Claude Extensions");
  const installed = list(folder).some((name) => name.endsWith("moorage"));
  if (!installed) return [];
  const logs = list(logFolder(place)).filter((name) => /^mcp-server-moorage.*\.log$/i.test(name));
  const lacking = logs.some((name) => lastSaid(join(logFolder(place), name)).includes("needs Node 22.16"));
  return [
    lacking
      ? broken("bundle", "Claude Desktop's own Node cannot hold the local database.", [
          "init",
          "--client",
          "claude-desktop",
        ])
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

/** What Claude Desktop writes before a server's own words. */
const START = "Initializing server";

/** The end of a log, from its last start on: an older Node's complaint is nothing of today's. */
function lastSaid(path: string): string {
  try {
    const end = readFileSync(path).subarray(-16_384).toString("utf8");
    return end.slice(Math.max(0, end.lastIndexOf(START)));
  } catch {
    return "";
  }
}

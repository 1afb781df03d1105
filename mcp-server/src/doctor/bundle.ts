/** Claude Desktop's bundle. */
import { readdirSync, readFileSync, statSync } from "node:fs";
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

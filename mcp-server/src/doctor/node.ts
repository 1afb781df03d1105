import { spawnSync } from "node:child_process";
import { nodeProblem, sqliteProblem } from "../node-version.ts";
import { broken, type Finding, ok } from "./finding.ts";
import type { Needs } from "./target.ts";

/** The Node that runs this command. */
export function inspectNode(needs: Needs): Finding {
  const problem = nodeProblem(process.versions.node, needs) ?? (needs === "embedded" ? sqliteProblem() : undefined);
  return problem === undefined
    ? ok("node", `Node ${process.versions.node} has all that is needed.`)
    : broken("node", `Moorage ${problem}.`, INSTALL);
}

/** Into the user's own folder, where nobody has to be root; winget asks when it has to. */
const INSTALL =
  process.platform === "win32"
    ? "winget install OpenJS.NodeJS.LTS"
    : 'N_PREFIX="$HOME/.n" npx --yes n 24 && export PATH="$HOME/.n/bin:$PATH"';

/** What is wrong with another Node, which a client would start; undefined where nothing is. */
export function problemOfNode(command: string, needs: Needs): string | undefined {
  const { stdout, status } = spawnSync(command, ["-e", PROBE], { encoding: "utf8", timeout: 10_000 });
  if (status !== 0) return `${command} does not run as Node`;
  const [version = "", search] = stdout.trim().split(" ");
  const problem = nodeProblem(version, needs);
  if (problem !== undefined) return `${command} is Node ${version}, and Moorage ${problem}`;
  return needs === "embedded" && search !== "fts5" ? `${command} has SQLite without full-text search` : undefined;
}

const PROBE = `
let search = "";
try {
  const { DatabaseSync } = require("node:sqlite");
  new DatabaseSync(":memory:").exec("create virtual table t using fts5(x)");
  search = "fts5";
} catch {}
console.log(process.versions.node, search);
`;

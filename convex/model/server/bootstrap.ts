/** The same server on a machine that is there already: a command of one line, which fetches one script. */
import { base64 } from "../encoding.ts";
import { SCRIPTS } from "./_generated/scripts.ts";
import { composeFile, DAEMON_PATH } from "./compose.ts";
import { AGAIN, filesOf, packagesOf, TOKEN_PATH } from "./files.ts";
import { OPT, RUN } from "./places.ts";
import type { ServerSpec } from "./spec.ts";

/** It finds the one-time token in its variable `TOKEN`, and nothing else depends on where it runs. */
export function bootstrapScript(spec: ServerSpec): string {
  const writes = filesOf(spec).map(
    ({ path, mode, content }) => `${path === DAEMON_PATH ? "keep" : "write"} ${mode} ${path} ${base64(content)}`,
  );
  return [
    "set -euo pipefail",
    '[ "$(id -u)" = 0 ] || { echo "moorage: run this as root" >&2; exit 1; }',
    "command -v apt-get >/dev/null || { echo 'moorage: this needs Debian or Ubuntu' >&2; exit 1; }",
    '[ -n "$TOKEN" ]',
    "umask 077",
    `NAME=$(printf %s '${base64(spec.name)}' | base64 -d)`,
    `(\n${SCRIPTS[AGAIN].replace(/^#!.*\n/, "")})`,
    "write() {",
    '  mkdir -p "$(dirname "$2")"',
    '  printf %s "$3" | base64 -d >"$2"',
    '  chmod "$1" "$2"',
    "}",
    // What the owner's other containers go by stays as it is; the gateway's own port is on loopback without it.
    'keep() { if [ ! -e "$2" ]; then write "$@"; fi; }',
    "export DEBIAN_FRONTEND=noninteractive",
    "apt-get update -q",
    `apt-get install -y -q --no-install-recommends ${packagesOf(spec).join(" ")}`,
    ...writes,
    `printf %s "$TOKEN" >${TOKEN_PATH}`,
    `${OPT}/setup`,
    "echo 'moorage: set up; this machine now reports in by itself'",
    "",
  ].join("\n");
}

/** Ends there what the command began: nobody else can. The agent's state and this server's key stay. */
export const LEAVE_COMMAND = `sudo sh -c 'systemctl disable --now moorage-beat.timer moorage-start.service; cd /; docker compose -p ${composeFile.name} down; rm -rf ${RUN}'`;

const REFUSED =
  "echo 'moorage: nothing was changed. The address gave no script: this line was used before, is over a quarter of an hour old, or does not reach it; moorage deploy host NAME prints a new one' >&2; false";

/**
 * What a person runs there. The token stands in no program's arguments but the shell's own; curl gets it on its standard
 * input. `url` is an origin, and a token is letters and digits: neither needs more than quotes.
 */
export function bootstrapCommand(url: string, token: string): string {
  const call = JSON.stringify({ path: "instances:script", format: "json", args: {} });
  const fetched = `printf 'Authorization: Bearer %s' "$T" | curl -fsS --proto '=https' -H @- -H 'Content-Type: application/json' -d '${call}' '${url}/api/query'`;
  const script = `$(${fetched} | sed -n 's/.*"script":"\\([A-Za-z0-9+\\/=]*\\)".*/\\1/p')`;
  const run = `{ printf 'TOKEN=%s\\n' "$T"; printf %s "$S" | base64 -d; } | sudo bash`;
  return `T='${token}'; S="${script}"; if [ -n "$S" ]; then ${run}; else ${REFUSED}; fi`;
}

import { features, listing, version } from "./published.static.ts";
import { commandsOf, listNames } from "./usage.ts";
import { VERBS } from "./verbs/index.ts";

/** A tool that shows a value is none of a terminal's commands. */
const commands = commandsOf(
  listing.filter(({ reveals }) => !reveals),
  VERBS,
);

export const help = `Moorage ${version}: deployments, status, secrets and memory for AI agents, over MCP.

First: moorage init, which enters it into your MCP clients.

With options only, it serves MCP on standard input and output:
  --agent NAME       whose memory to write when a call names no agent
  --project NAME     the project of memories (default: the git repository)
  --features LIST    of ${features.join(",")} (default: all)
  --read-only        offer only the tools that change nothing
  --profile NAME     the Moorage that moorage login has kept a key of; also
                     before any command
  --import-root DIR  let secret_import_env read .env files below it; may be
                     repeated (default: the git repository)
  --allow-reveal     offer secret_get, which shows a secret's value to the model

With one of these, moorage makes one call and prints the answer (as JSON with
--json and where standard output is no terminal), or does what the line says:
${listNames(commands)}

A call takes its fields as options (--type fact, --tags a --tags b), its main
one also without a name, or all of them as --json '{…}'; - is what standard
input holds. --help after a command lists its fields: moorage memory add --help

Environment:
  MOORAGE_DATA_DIR    where the database is kept (default: your data directory)
  MOORAGE_CONFIG_DIR  where its keys are kept (default: your config directory)
  MOORAGE_PUBLIC_URL  the https address at which moorage serve --listen is
                      reached: what servers elsewhere report to
  MOORAGE_URL         use the Moorage at this address instead …
  MOORAGE_API_KEY     … with this key

moorage --version prints which release this is.
`;

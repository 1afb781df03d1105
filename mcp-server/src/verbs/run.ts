import type { ResultOf } from "@moorage/shared/contract";
import * as secrets from "@moorage/shared/contracts/secrets";
import { SettingError } from "../setting-error.ts";
import { confirm, isInteractive } from "../terminal/ask.ts";
import { printLines } from "../terminal/print.ts";
import { readWords, splitList } from "../terminal/words.ts";
import type { Verb, VerbContext } from "../verb.ts";
import { runChild } from "./run/child.ts";
import { Masker } from "./run/masker.ts";
import { takesOver } from "./run/takes-over.ts";
import { readAgent } from "./secret/place.ts";

type Values = ResultOf<typeof secrets.resolve>["values"];

const verb: Verb = {
  usage: `moorage run [--agent NAME] [--only NAMES] -- COMMAND …

Starts the command with the secrets that the agent gets as variables of its environment. Where its output goes to a file
or another program, the values in it are replaced by ***. What would make programs load other code (PATH, LD_PRELOAD,
NODE_OPTIONS and their like) comes only by --only, and MOORAGE_API_KEY not at all.

  --agent NAME   whose secrets (default: default)
  --only NAMES   only these, by commas; if one is missing, nothing is started
  --no-mask      leave the values in the output, after a question at the terminal`,

  async run(given, context) {
    const border = given.indexOf("--");
    const [command, ...args] = border === -1 ? [] : given.slice(border + 1);
    if (command === undefined) throw new SettingError("put the command after two dashes: moorage run -- npm start");
    const flags = { agent: "value", only: "value", "no-mask": "switch" } as const;
    const words = readWords("run", given.slice(0, border), flags);
    if (words.has("no-mask") && !isInteractive(context)) {
      throw new SettingError("--no-mask asks a person at the terminal, and there is none; nothing was started");
    }
    const only = words.get("only");
    const values = await resolve(context, readAgent(words), only === undefined ? undefined : splitList(only));
    const isMasked = !words.has("no-mask") || !(await allowsValues(context, command, values.length));
    // The database need not be held as long as the program runs.
    await context.backend.close();
    const { MOORAGE_API_KEY: own, ...inherited } = context.env;
    const env = { ...inherited, ...Object.fromEntries(values.map(({ name, value }) => [name, value])) };
    const hidden = [...values.map(({ value }) => value), ...(own === undefined ? [] : [own])];
    return runChild({ command, args, env, ...(isMasked ? { masker: new Masker(hidden) } : {}) }, context);
  },
};
export default verb;

async function resolve(context: VerbContext, agent: string | undefined, names: string[] | undefined): Promise<Values> {
  const asked = { ...(agent === undefined ? {} : { agent }), ...(names === undefined ? {} : { names }) };
  const { agent: whose, values, missing } = await context.backend.call(secrets.resolve, asked);
  if (missing.length > 0) {
    throw new SettingError(`the agent ${whose} has no secret ${missing.join(", ")}; nothing was started`);
  }
  if (names !== undefined) return values;
  const left = values.filter(({ name }) => takesOver(name)).map(({ name }) => name);
  if (left.length > 0) {
    printLines(context.stderr, [`moorage: left out, since it decides what programs load: ${left.join(", ")} (--only)`]);
  }
  return values.filter(({ name }) => !takesOver(name));
}

/** A no keeps the mask. */
const allowsValues = (context: VerbContext, command: string, count: number) =>
  confirm(context, `Leave the values of ${count} secrets in the output of ${command}?`);

import * as secrets from "@moorage/shared/contracts/secrets";
import { SECRET_BYTES } from "@moorage/shared/limits";
import { SettingError } from "../../setting-error.ts";
import { askHidden, readAll, withoutLastBreak } from "../../terminal/ask.ts";
import { isForPeople, printJson } from "../../terminal/print.ts";
import { parseDuration, readWords } from "../../terminal/words.ts";
import type { Verb, VerbContext } from "../../verb.ts";
import { PLACE_FLAGS, PLACE_USAGE, readPlace } from "./place.ts";

const DAY_MS = 86_400_000;

const verb: Verb = {
  usage: `moorage secret set NAME [--agent NAME] [--level LEVEL] [--rotate-after 90d]

The value is typed unseen, or comes on standard input: moorage secret set TLS_KEY < key.pem
It is never an argument, which other programs of this machine could read.

${PLACE_USAGE}
  --rotate-after   when it should be renewed
  --json           print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const flags = { ...PLACE_FLAGS, "rotate-after": "value", json: "switch" } as const;
    const words = readWords("secret set", given, flags, ["NAME"]);
    const place = readPlace(words);
    const rotateAfterDays = readDays(words.get("rotate-after"));
    const value = await readValue(context, place.name);
    const args = { ...place, value, ...(rotateAfterDays === undefined ? {} : { rotateAfterDays }) };
    const answer = await context.backend.call(secrets.set, args);
    if (!isForPeople(context, words.has("json"))) printJson(context.stdout, answer);
    else context.stdout.write(sentence(answer));
    return 0;
  },
};
export default verb;

async function readValue(context: VerbContext, name: string): Promise<string> {
  if (context.stdin.isTTY === true) return askHidden(context, `Value of ${name}`);
  const value = withoutLastBreak(await readAll(context.stdin, { what: "the value", maxBytes: SECRET_BYTES }));
  if (value === "") throw new SettingError("there was no value on standard input; nothing has changed");
  return value;
}

function readDays(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const days = (parseDuration(text) ?? 0) / DAY_MS;
  if (!Number.isInteger(days) || days === 0)
    throw new SettingError("--rotate-after must be a number of days such as 90d");
  return days;
}

const sentence = ({ changed, secret: { name, level, agent, version } }: { changed: boolean; secret: secrets.Secret }) =>
  `${name} (${agent === undefined ? level : `agent ${agent}`}) ${changed ? "is set" : "had this value already"}; version ${version}.\n`;

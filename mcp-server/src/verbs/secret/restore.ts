import * as secrets from "@moorage/shared/contracts/secrets";
import { SettingError } from "../../setting-error.ts";
import { isForPeople, printJson } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";
import { PLACE_FLAGS, PLACE_USAGE, readPlace } from "./place.ts";

const verb: Verb = {
  usage: `moorage secret restore NAME --version N [--agent NAME] [--level LEVEL]

Makes the value of an earlier version the current one, as a new version; nobody sees it. A deleted secret comes back.
moorage secret versions NAME shows which there are.

  --version N      which
${PLACE_USAGE}
  --json           print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const flags = { ...PLACE_FLAGS, version: "value", json: "switch" } as const;
    const words = readWords("secret restore", given, flags, ["NAME"]);
    const place = readPlace(words);
    const version = Number(words.get("version"));
    if (!Number.isSafeInteger(version) || version < 1) {
      throw new SettingError(`say which with --version N; moorage secret versions ${place.name} shows them`);
    }
    const { secret } = await context.backend.call(secrets.restore, { ...place, version });
    if (!isForPeople(context, words.has("json"))) printJson(context.stdout, { secret });
    else
      context.stdout.write(`${secret.name} has the value of version ${version} again, as version ${secret.version}.\n`);
    return 0;
  },
};
export default verb;

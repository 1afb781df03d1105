import { readProfileName } from "../config.ts";
import { forgetProfile } from "../profiles.ts";
import { SettingError } from "../setting-error.ts";
import { isForPeople, printJson, printLines } from "../terminal/print.ts";
import { readWords } from "../terminal/words.ts";
import type { Verb } from "../verb.ts";
import { profileOf } from "./profile.ts";

const verb: Verb = {
  usage: `moorage logout [--profile NAME]

Forgets a key that moorage login kept. The key itself goes on working until moorage keys revoke ends it.

  --profile NAME   which one (default: default)
  --json           print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("logout", given, { profile: "value", json: "switch" });
    const name = words.get("profile");
    const which = { ...profileOf(context.target), ...(name === undefined ? {} : { name: readProfileName(name) }) };
    if (!(await forgetProfile(which))) throw new SettingError(`there is no profile "${which.name}"`);
    if (!isForPeople(context, words.has("json"))) printJson(context.stdout, { forgotten: which.name });
    else printLines(context.stdout, ["The key is forgotten here. Where it should end: moorage keys revoke."]);
    return 0;
  },
};
export default verb;

import * as keys from "@moorage/shared/contracts/keys";
import { SettingError } from "../../setting-error.ts";
import { isForPeople, printJson } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";

const verb: Verb = {
  usage: `moorage keys revoke ID

  --json   print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("keys revoke", given, { json: "switch" }, ["ID"]);
    const id = words.places[0]!;
    const { keyId: own } = await context.backend.call(keys.resolve, {});
    if (id === own) {
      throw new SettingError(
        "this is the key that is in use; revoke it with another, or nobody is left to do anything",
      );
    }
    const answer = await context.backend.call(keys.revoke, { id });
    if (isForPeople(context, words.has("json"))) context.stdout.write(`The key ${id} has ended.\n`);
    else printJson(context.stdout, answer);
    return 0;
  },
};
export default verb;

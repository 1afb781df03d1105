import * as keys from "@moorage/shared/contracts/keys";
import { SettingError } from "../../setting-error.ts";
import { parseDuration, readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";
import { showKey } from "./show.ts";

const verb: Verb = {
  usage: `moorage keys rotate ID [--grace 2h]

  --grace TIME   how long the old key works on: 0m to 30d (default: 1d)
  --json         print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("keys rotate", given, { grace: "value", json: "switch" }, ["ID"]);
    const graceMinutes = readGrace(words.get("grace"));
    const id = words.places[0]!;
    if (context.target.kind === "embedded") {
      const { keyId: own } = await context.backend.call(keys.resolve, {});
      if (id === own)
        throw new SettingError(
          "this is the key that this machine itself keeps for you; its successor would be kept nowhere, and you be locked out",
        );
    }
    const args = { id, ...(graceMinutes === undefined ? {} : { graceMinutes }) };
    showKey(context, await context.backend.call(keys.rotate, args), words.has("json"));
    return 0;
  },
};
export default verb;

function readGrace(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const duration = parseDuration(text);
  if (duration === undefined) throw new SettingError("--grace must be a time such as 30m, 2h or 7d");
  return duration / 60_000;
}

import * as secrets from "@moorage/shared/contracts/secrets";
import { isForPeople, moment, printJson, printLines, tableLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";
import { PLACE_FLAGS, PLACE_USAGE, readPlace } from "./place.ts";

const HEADS = ["VERSION", "SET", "BY KEY", "SOURCE", "BYTES", "KEPT UNTIL"];

const verb: Verb = {
  usage: `moorage secret versions NAME [--agent NAME] [--level LEVEL]

Every value that is still kept, newest first, and unseen; those of a deleted secret, too.

${PLACE_USAGE}
  --json           print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("secret versions", given, { ...PLACE_FLAGS, json: "switch" }, ["NAME"]);
    const { versions } = await context.backend.call(secrets.history, { ...readPlace(words) });
    if (!isForPeople(context, words.has("json"))) {
      printJson(context.stdout, { versions });
      return 0;
    }
    const rows = versions.map(({ version, createdAt, createdBy, source, bytes, keptUntil }) => [
      String(version),
      moment(createdAt),
      createdBy,
      source,
      String(bytes),
      moment(keptUntil),
    ]);
    printLines(context.stdout, tableLines(HEADS, rows));
    return 0;
  },
};
export default verb;

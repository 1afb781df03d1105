import * as secrets from "@moorage/shared/contracts/secrets";
import { itemsOf, pagesOf } from "../../backend/pages.ts";
import { groupBy } from "../../group.ts";
import { isForPeople, moment, printJson, printLines, tableLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";
import { readAgent } from "./place.ts";

const HEADS = ["NAME", "LEVEL", "AGENT", "VERSION", "SET", "LAST USED", "ROTATE AFTER", "SAME VALUE"];

const verb: Verb = {
  usage: `moorage secret list [--agent NAME]

  --agent NAME   what this agent has of its own, and the levels it shares
  --json         print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("secret list", given, { agent: "value", json: "switch" });
    const agent = readAgent(words);
    const found = await itemsOf(
      pagesOf(context.backend, secrets.list, agent === undefined ? {} : { agent }),
      (page) => page.secrets,
    );
    if (isForPeople(context, words.has("json"))) printLines(context.stdout, tableLines(HEADS, rows(found)));
    else printJson(context.stdout, { secrets: found });
    return 0;
  },
};
export default verb;

/** Secrets of one value carry the same number; a value that only one secret has carries none. */
function rows(found: readonly secrets.Secret[]): string[][] {
  const groups = groupBy(found, ({ digest }) => digest);
  const shared = [...groups].filter(([, same]) => same.length > 1).map(([digest]) => digest);
  return found.map((secret) => [
    secret.name,
    secret.level,
    secret.agent ?? "-",
    String(secret.version),
    moment(secret.updatedAt),
    moment(secret.lastUsedAt),
    moment(secret.rotateAfter),
    shared.includes(secret.digest) ? `#${shared.indexOf(secret.digest) + 1}` : "-",
  ]);
}

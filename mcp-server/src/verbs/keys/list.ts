import * as keys from "@moorage/shared/contracts/keys";
import { itemsOf, pagesOf } from "../../backend/pages.ts";
import { isForPeople, moment, printJson, printLines, tableLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";

const HEADS = ["ID", "NAME", "STATUS", "AGENT", "UNTIL", "LAST USED", "FROM", "SCOPES"];

const verb: Verb = {
  usage: `moorage keys list [--all]

  --all    those that were revoked or have expired, too
  --json   print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("keys list", given, { all: "switch", json: "switch" });
    const everything = await itemsOf(pagesOf(context.backend, keys.list), (page) => page.keys);
    const isAlive = ({ status }: keys.ApiKeyView) => status === "live" || status === "rotating";
    const found = words.has("all") ? everything : everything.filter(isAlive);
    if (isForPeople(context, words.has("json"))) printLines(context.stdout, tableLines(HEADS, found.map(cells)));
    else printJson(context.stdout, { keys: found });
    return 0;
  },
};
export default verb;

const cells = (key: keys.ApiKeyView): string[] => [
  key.id,
  key.name,
  key.kind === "enroll" ? "code" : key.status,
  key.agent ?? "-",
  moment(key.expiresAt),
  moment(key.lastUsedAt),
  key.usedFrom[0] ?? "-",
  key.scopes.join(" "),
];

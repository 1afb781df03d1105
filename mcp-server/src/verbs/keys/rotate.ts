import * as keys from "@moorage/shared/contracts/keys";
import { itemsOf, pagesOf } from "../../backend/pages.ts";
import type { Backend } from "../../backend/types.ts";
import { findKeepers } from "../../keepers.ts";
import { SettingError } from "../../setting-error.ts";
import { isForPeople, printJson, printLines } from "../../terminal/print.ts";
import { parseDuration, readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";
import { showKey } from "./show.ts";

/** Servers that run go on with the old key until they are started again. */
const LEAST_KEPT_MINUTES = 60;

const verb: Verb = {
  usage: `moorage keys rotate ID [--grace 2h]

A key that this machine keeps for itself or for a client is replaced where it is kept, and not shown; what runs with
the old one goes on until the grace is over.

  --grace TIME   how long the old key works on: 0m to 30d (default: 1d)
  --json         print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("keys rotate", given, { grace: "value", json: "switch" }, ["ID"]);
    const graceMinutes = readGrace(words.get("grace"));
    const { backend, target, stdout } = context;
    const id = words.places[0]!;
    const keepers = await findKeepers(target, id);
    const isKept = keepers.length > 0;
    if (isKept && (graceMinutes ?? LEAST_KEPT_MINUTES) < LEAST_KEPT_MINUTES) {
      throw new SettingError(
        "this machine keeps this key, and what runs uses the old one: --grace must be at least 1h",
      );
    }
    const latest = isKept ? await latestOf(backend, id) : id;
    const made = await backend.call(keys.rotate, {
      id: latest,
      ...(graceMinutes === undefined ? {} : { graceMinutes }),
    });
    if (!isKept) {
      showKey(context, made, words.has("json"));
      return 0;
    }
    for (const { keep } of keepers) await keep(made.text);
    const { key } = made;
    const keptIn = keepers.map(({ where }) => where);
    if (!isForPeople(context, words.has("json"))) printJson(stdout, { key, keptIn });
    else printLines(stdout, [`Key ${key.id}, "${key.name}", has taken its place in ${keptIn.join(" and ")}.`]);
    return 0;
  },
};
export default verb;

/** Where an earlier run was cut off before its key was kept, that key is replaced in turn. */
async function latestOf(backend: Backend, id: string): Promise<string> {
  const all = await itemsOf(pagesOf(backend, keys.list), (page) => page.keys);
  const successors = new Map(all.map((key) => [key.id, key.successor]));
  let latest = id;
  for (let next = successors.get(id); next !== undefined; next = successors.get(next)) latest = next;
  return latest;
}

function readGrace(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const duration = parseDuration(text);
  if (duration === undefined) throw new SettingError("--grace must be a time such as 30m, 2h or 7d");
  return duration / 60_000;
}

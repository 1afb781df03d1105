import * as memory from "@moorage/shared/contracts/memory";
import { BATCH_ITEMS } from "@moorage/shared/limits";
import { itemsOf, pagesOf } from "../../backend/pages.ts";
import { SettingError } from "../../setting-error.ts";
import { isForPeople, printJson } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb, VerbContext } from "../../verb.ts";

const verb: Verb = {
  usage: `moorage memory approve ID…
moorage memory approve --source SOURCE

Lets what others wrote into contexts; moorage memory review shows what waits.

  --source SOURCE   everything that waits now from this source: import, instance, agent:NAME
  --reject          keep it out of every context instead
  --json            print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const flags = { source: "value", reject: "switch", json: "switch" } as const;
    const words = readWords("memory approve", given, flags, ["[ID…]"]);
    const source = words.get("source");
    if ((source === undefined) === (words.rest.length === 0))
      throw new SettingError("say which, by ids or by --source; moorage memory review shows what waits");
    const ids = source === undefined ? [...words.rest] : await idsOf(source, context.backend);
    const decision = words.has("reject") ? ("reject" as const) : ("approve" as const);
    let reviewed = 0;
    for (let from = 0; from < ids.length; from += BATCH_ITEMS) {
      const batch = { ids: ids.slice(from, from + BATCH_ITEMS), decision };
      reviewed += (await context.backend.call(memory.approve, batch)).reviewed;
    }
    if (isForPeople(context, words.has("json")))
      context.stdout.write(`${reviewed} ${decision === "approve" ? "approved" : "rejected"}.\n`);
    else printJson(context.stdout, { reviewed });
    return 0;
  },
};
export default verb;

async function idsOf(source: string, backend: VerbContext["backend"]): Promise<string[]> {
  const waiting = await itemsOf(pagesOf(backend, memory.review, { source }), (page) => page.memories);
  return waiting.map(({ id }) => id);
}

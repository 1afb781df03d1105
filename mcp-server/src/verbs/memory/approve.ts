import * as memory from "@moorage/shared/contracts/memory";
import { BATCH_ITEMS } from "@moorage/shared/limits";
import { itemsOf, pagesOf } from "../../backend/pages.ts";
import { SettingError } from "../../setting-error.ts";
import { memoryLines } from "../../terminal/answers/memory.ts";
import { confirm, isInteractive } from "../../terminal/ask.ts";
import { isForPeople, printJson, printLines } from "../../terminal/print.ts";
import { readWords, splitList } from "../../terminal/words.ts";
import type { Verb, VerbContext } from "../../verb.ts";

const verb: Verb = {
  usage: `moorage memory approve ID…
moorage memory approve --source SOURCE

Lets what others wrote into contexts; moorage memory review shows what waits. At a terminal it shows them as they are
now, and asks.

  --source SOURCE   everything that waits now from this source: import, instance, agent:NAME
  --shown TIME,…    the updatedAt of each as you saw it, in the ids' order: what was changed since is refused
  --reject          keep it out of every context instead
  --json            print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const flags = { source: "value", shown: "value", reject: "switch", json: "switch" } as const;
    const words = readWords("memory approve", given, flags, ["[ID…]"]);
    const source = words.get("source");
    if ((source === undefined) === (words.rest.length === 0))
      throw new SettingError("say which, by ids or by --source; moorage memory review shows what waits");
    const shown = words.has("shown") ? splitList(words.get("shown")!) : undefined;
    if (shown !== undefined && shown.length !== words.rest.length)
      throw new SettingError("--shown takes the updatedAt of each id, in their order");
    const chosen = source === undefined ? await byId(words.rest, context.backend) : await of(source, context.backend);
    const decision = words.has("reject") ? ("reject" as const) : ("approve" as const);
    if (decision === "approve" && chosen.length > 0 && isInteractive(context)) {
      printLines(context.stderr, chosen.flatMap(memoryLines));
      if (!(await confirm(context, `Let ${chosen.length === 1 ? "this" : `these ${chosen.length}`} into contexts?`))) {
        context.stderr.write("Nothing has changed.\n");
        return 1;
      }
    }
    let reviewed = 0;
    for (let from = 0; from < chosen.length; from += BATCH_ITEMS) {
      const some = chosen.slice(from, from + BATCH_ITEMS);
      const batch = {
        ids: some.map(({ id }) => id),
        shown: some.map(({ updatedAt }, at) => shown?.[from + at] ?? updatedAt),
        decision,
      };
      reviewed += (await context.backend.call(memory.approve, batch)).reviewed;
    }
    if (isForPeople(context, words.has("json")))
      context.stdout.write(`${reviewed} ${decision === "approve" ? "approved" : "rejected"}.\n`);
    else printJson(context.stdout, { reviewed });
    return 0;
  },
};
export default verb;

type Backend = VerbContext["backend"];

/** Each as it is now, which is what is decided about: whoever wrote it may have changed it since it was reviewed. */
async function byId(ids: readonly string[], backend: Backend): Promise<memory.Memory[]> {
  const answers = await Promise.all(ids.map((id) => backend.call(memory.get, { id })));
  return answers.map((answer) => answer.memory!);
}

const of = (source: string, backend: Backend): Promise<memory.Memory[]> =>
  itemsOf(pagesOf(backend, memory.review, { source }), (page) => page.memories);

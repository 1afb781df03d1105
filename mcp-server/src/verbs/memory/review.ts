import * as memory from "@moorage/shared/contracts/memory";
import { itemsOf, pagesOf } from "../../backend/pages.ts";
import { memoryLines } from "../../terminal/answers/memory.ts";
import { isForPeople, printJson, printLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";

const verb: Verb = {
  usage: `moorage memory review [--agent NAME] [--source SOURCE]

Shows, whole, what others wrote and nobody has decided about yet; moorage memory approve decides.

  --agent NAME      what would join this agent's context, of other agents, too; without it, what is in nobody's
  --source SOURCE   of this source alone: import, instance, agent:NAME
  --json            print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("memory review", given, { agent: "value", source: "value", json: "switch" });
    const [agent, source] = [words.get("agent"), words.get("source")];
    const asked = { ...(agent === undefined ? {} : { agent }), ...(source === undefined ? {} : { source }) };
    const waiting = await itemsOf(pagesOf(context.backend, memory.review, asked), (page) => page.memories);
    if (!isForPeople(context, words.has("json"))) printJson(context.stdout, { memories: waiting });
    else if (waiting.length === 0) context.stdout.write("Nothing waits to be approved.\n");
    else printLines(context.stdout, waiting.flatMap(memoryLines));
    return 0;
  },
};
export default verb;

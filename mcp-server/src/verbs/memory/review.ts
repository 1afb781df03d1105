import * as memory from "@moorage/shared/contracts/memory";
import { pagesOf } from "../../backend/pages.ts";
import { memoryLines } from "../../terminal/answers/memory.ts";
import { isForPeople, printJson, printLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";

const verb: Verb = {
  usage: `moorage memory review [--agent NAME] [--source SOURCE]

Shows, whole, what others wrote and nobody has decided about yet; moorage memory approve decides.

  --agent NAME      what would join this agent's context, of other agents, too; without it, what is in nobody's,
                    and which agents wrote what is in their own alone
  --source SOURCE   of this source alone: import, instance, agent:NAME
  --json            print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("memory review", given, { agent: "value", source: "value", json: "switch" });
    const [agent, source] = [words.get("agent"), words.get("source")];
    const asked = { ...(agent === undefined ? {} : { agent }), ...(source === undefined ? {} : { source }) };
    const waiting: memory.Memory[] = [];
    const agents: string[] = [];
    for await (const page of pagesOf(context.backend, memory.review, asked)) {
      waiting.push(...page.memories);
      agents.push(...(page.agents ?? []));
    }
    const answer = { memories: waiting, ...(agents.length === 0 ? {} : { agents }) };
    if (isForPeople(context, words.has("json")))
      printLines(context.stdout, [...waitingLines(waiting), ...agentLines(agents)]);
    else printJson(context.stdout, answer);
    return 0;
  },
};

const waitingLines = (memories: readonly memory.Memory[]): string[] =>
  memories.length === 0 ? ["Nothing waits that is in nobody's context."] : memories.flatMap(memoryLines);

/** What is in some context already, and may come into others'. */
const agentLines = (agents: readonly string[]): string[] =>
  agents.length === 0
    ? []
    : [
        "Agents' own words, which others' contexts do not hold:",
        ...agents.map((agent) => `  moorage memory review --source agent:${agent}`),
      ];
export default verb;

import type { ResultOf } from "@moorage/shared/contract";
import * as embeddings from "@moorage/shared/contracts/embeddings";
import { isForPeople, moment, printJson, printLines } from "../../../terminal/print.ts";
import { readWords } from "../../../terminal/words.ts";
import type { Verb } from "../../../verb.ts";

const verb: Verb = {
  usage: `moorage memory embeddings status

  --json   print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("memory embeddings status", given, { json: "switch" });
    const status = await context.backend.call(embeddings.status, {});
    if (isForPeople(context, words.has("json"))) printLines(context.stdout, tell(status));
    else printJson(context.stdout, status);
    return 0;
  },
};
export default verb;

function tell({ embeddings: set, progress }: ResultOf<typeof embeddings.status>): string[] {
  if (set === undefined || progress === undefined) return ["No embeddings are set: search works by words alone."];
  const { done, isCurrent, ranks, problem, nextTryAt } = progress;
  return [
    `${set.model} at ${set.url}, since ${moment(set.setAt)}`,
    `${done} done, ${isCurrent ? "nothing waits" : "more to do"}`,
    ranks
      ? "It tells related memories from others, and counts in the order of hits."
      : "It has not been seen to tell related memories from others: what it finds stands behind what words found.",
    ...(problem === undefined ? [] : [`${problem} The next try is at ${moment(nextTryAt)}.`]),
  ];
}

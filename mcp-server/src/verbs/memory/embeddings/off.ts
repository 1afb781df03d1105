import * as embeddings from "@moorage/shared/contracts/embeddings";
import { printLines } from "../../../terminal/print.ts";
import { readWords } from "../../../terminal/words.ts";
import type { Verb } from "../../../verb.ts";

const verb: Verb = {
  usage: `moorage memory embeddings off

Search works by words alone again, and what the service had made of memories is removed.`,

  async run(given, context) {
    readWords("memory embeddings off", given, {});
    await context.backend.call(embeddings.off, {});
    printLines(context.stdout, ["Off: nothing is sent any more, and the vectors are being removed."]);
    return 0;
  },
};
export default verb;

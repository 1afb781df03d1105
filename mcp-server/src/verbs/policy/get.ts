import * as approvals from "@moorage/shared/contracts/approvals";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";
import { showPolicy } from "./show.ts";

const verb: Verb = {
  usage: `moorage policy get

  --json   print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("policy get", given, { json: "switch" });
    showPolicy(context, await context.backend.call(approvals.policy, {}), words.has("json"));
    return 0;
  },
};
export default verb;

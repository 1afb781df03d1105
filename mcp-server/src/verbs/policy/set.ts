import { POLICIES } from "@moorage/shared/approval";
import * as approvals from "@moorage/shared/contracts/approvals";
import { SettingError } from "../../setting-error.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";
import { MEANING, showPolicy } from "./show.ts";

const verb: Verb = {
  usage: `moorage policy set ${POLICIES.join("|")}

${POLICIES.map((policy) => `  ${policy.padEnd(6)}   ${MEANING[policy]}`).join("\n")}
  --json   print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("policy set", given, { json: "switch" }, ["POLICY"]);
    const policy = POLICIES.find((known) => known === words.places[0]);
    if (policy === undefined) {
      throw new SettingError(`there is no policy "${words.places[0]}"; choose from ${POLICIES.join(", ")}`);
    }
    showPolicy(context, await context.backend.call(approvals.setPolicy, { policy }), words.has("json"));
    return 0;
  },
};
export default verb;

import * as deploy from "@moorage/shared/contracts/deploy";
import { isForPeople, moment, printJson } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";

const verb: Verb = {
  usage: `moorage deploy host NAME

For a deployment at the provider "host", once it was created: prints the line to run as root on your machine, which then
sets itself up and reports in. The line holds a one-time token of minutes; run again, it holds another.

  --json           print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("deploy host", given, { json: "switch" }, ["NAME"]);
    const answer = await context.backend.call(deploy.hostCommand, { deployment: words.places[0] });
    if (!isForPeople(context, words.has("json"))) printJson(context.stdout, answer);
    else context.stdout.write(`Until ${moment(answer.expiresAt)}, on that machine:\n\n${answer.command}\n`);
    return 0;
  },
};
export default verb;

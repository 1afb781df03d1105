import * as approvals from "@moorage/shared/contracts/approvals";
import { itemsOf, pagesOf } from "../backend/pages.ts";
import { SettingError } from "../setting-error.ts";
import { isForPeople, moment, printJson, printLines, tableLines } from "../terminal/print.ts";
import { readWords } from "../terminal/words.ts";
import type { Verb, VerbContext } from "../verb.ts";
import { askApproval, showApproval } from "./approval.ts";

const verb: Verb = {
  usage: `moorage approve [ID]

Without an ID it lists what waits. With one it shows the exact difference and asks for a yes or a no.

  --yes DIGEST   yes, without a question, to what has this digest: for scripts that have seen it
  --decline      no, without a question
  --json         print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const flags = { yes: "value", decline: "switch", json: "switch" } as const;
    const words = readWords("approve", given, flags, ["[ID]"]);
    const [id] = words.places;
    const digest = words.get("yes");
    const declines = words.has("decline");
    if (digest !== undefined && declines) throw new SettingError("--yes and --decline do not go together");
    if (id !== undefined) return decideOne(context, id, { digest, declines, asksJson: words.has("json") });
    if (digest !== undefined || declines) throw new SettingError("say which: moorage approve ID; without one it lists");
    await listWaiting(context, words.has("json"));
    return 0;
  },
};
export default verb;

async function listWaiting(context: VerbContext, asksJson: boolean): Promise<void> {
  const all = await itemsOf(pagesOf(context.backend, approvals.list), (page) => page.approvals);
  const waiting = all.filter(({ status }) => status === "waiting");
  if (!isForPeople(context, asksJson)) return printJson(context.stdout, { approvals: waiting });
  if (waiting.length === 0) return void context.stdout.write("Nothing waits for a person.\n");
  const rows = waiting.map(({ id, expiresAt, title }) => [id, moment(expiresAt), title]);
  printLines(context.stdout, tableLines(["ID", "UNTIL", "WHAT"], rows));
}

interface Decision {
  digest: string | undefined;
  declines: boolean;
  asksJson: boolean;
}

async function decideOne(context: VerbContext, id: string, { digest, declines, asksJson }: Decision): Promise<number> {
  const { backend, stdout } = context;
  const { approval: shown } = await backend.call(approvals.get, { id });
  if (!declines && digest === undefined) {
    const answer = await askApproval(context, shown);
    if (answer === "nobody") {
      printJson(stdout, { approval: shown });
      throw new SettingError(
        `there is no terminal to ask at; a script that has seen this says yes with --yes ${shown.digest}`,
      );
    }
    return answer === "approve" ? 0 : 1;
  }
  const decision = declines ? ("decline" as const) : ("approve" as const);
  const args = { id, digest: digest ?? shown.digest, decision };
  const { approval } = await backend.call(approvals.decide, args);
  if (isForPeople(context, asksJson)) showApproval(stdout, approval);
  else printJson(stdout, { approval });
  return 0;
}

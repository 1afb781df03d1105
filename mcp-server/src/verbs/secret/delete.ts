import type { ResultOf } from "@moorage/shared/contract";
import * as approvals from "@moorage/shared/contracts/approvals";
import * as secrets from "@moorage/shared/contracts/secrets";
import { isForPeople, moment, printJson, printLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb, VerbContext } from "../../verb.ts";
import { askApproval } from "../approval.ts";
import { PLACE_FLAGS, PLACE_USAGE, readPlace } from "./place.ts";

type Answer = ResultOf<typeof secrets.delete>;

const verb: Verb = {
  usage: `moorage secret delete NAME [--agent NAME] [--level LEVEL] [--dry-run]

It shows who resolved the secret in the last 30 days, and asks. Where there is no terminal it waits for
moorage approve, and deletes when it is called again after that.

${PLACE_USAGE}
  --dry-run        only show
  --json           print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const flags = { ...PLACE_FLAGS, "dry-run": "switch", json: "switch" } as const;
    const words = readWords("secret delete", given, flags, ["NAME"]);
    const place = readPlace(words);
    const forPeople = isForPeople(context, words.has("json"));
    const remove = (dryRun: boolean) =>
      context.backend.call(secrets.delete, { ...place, ...(dryRun ? { dryRun } : {}) });
    const first = await remove(words.has("dry-run"));
    const last =
      first.status === "waiting_for_user" && (await isApproved(context, first.approvalId))
        ? await remove(false)
        : first;
    if (forPeople) printLines(context.stdout, sentences(last));
    else printJson(context.stdout, last);
    return last.status === "waiting_for_user" ? 1 : 0;
  },
};
export default verb;

async function isApproved(context: VerbContext, id: string): Promise<boolean> {
  const { approval } = await context.backend.call(approvals.get, { id });
  return (await askApproval(context, approval)) === "approve";
}

function sentences(answer: Answer): string[] {
  switch (answer.status) {
    case "deleted":
      return [
        "It is deleted. Its versions stay, sealed, for 30 days: moorage secret versions, moorage secret restore.",
      ];
    case "waiting_for_user":
      return [
        `Nothing is deleted. Until ${moment(answer.expiresAt)}: moorage approve ${answer.approvalId}, then this again.`,
      ];
    case "dry_run": {
      const uses = answer.resolvedBy.map(({ agent, at }) => `  ${agent}, ${moment(at)}`);
      const head = uses.length === 0 ? "Nobody resolved it in the last 30 days." : "Resolved in the last 30 days by:";
      return [`${answer.secret.name}, version ${answer.secret.version}, would be deleted.`, head, ...uses];
    }
  }
}

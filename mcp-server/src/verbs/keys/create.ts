import * as keys from "@moorage/shared/contracts/keys";
import { AGENT_SCOPES, OWNER_SCOPES } from "@moorage/shared/scopes";
import { isForPeople, moment, printJson, printLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb, VerbContext } from "../../verb.ts";
import { type Grants, readGrants } from "./grants.ts";
import { showKey } from "./show.ts";

const FLAGS = {
  scopes: "value",
  agent: "value",
  expires: "value",
  networks: "value",
  "read-only": "switch",
  enroll: "switch",
  json: "switch",
} as const;

const verb: Verb = {
  usage: `moorage keys create NAME [options]

  --scopes LIST     by commas, of these (default: those with a star, for a coding agent)
${scopeTable()}
  --read-only       only those that change nothing
  --agent NAME      it acts as this agent alone
  --expires WHEN    after 90d or 12h, or on a date (default: never)
  --networks LIST   CIDRs it may be used from (default: any)
  --enroll          print a code of 15 minutes in place of the key; moorage login turns it into the key, once
  --json            print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("keys create", given, FLAGS, ["NAME"]);
    const grants = readGrants(words, new Date());
    const asksJson = words.has("json");
    if (words.has("enroll")) await showCode(context, grants, asksJson);
    else showKey(context, await context.backend.call(keys.create, grants), asksJson);
    return 0;
  },
};
export default verb;

function scopeTable(): string {
  const cells = OWNER_SCOPES.map((scope) => `${scope}${AGENT_SCOPES.includes(scope) ? "*" : ""}`.padEnd(17));
  const rows = Array.from({ length: Math.ceil(cells.length / 3) }, (_, at) => cells.slice(at * 3, at * 3 + 3));
  return rows.map((row) => `${" ".repeat(20)}${row.join("")}`.trimEnd()).join("\n");
}

async function showCode(context: VerbContext, grants: Grants, asksJson: boolean): Promise<void> {
  const { stdout, stderr } = context;
  const made = await context.backend.call(keys.enroll, grants);
  if (!isForPeople(context, asksJson)) return printJson(stdout, made);
  stdout.write(`${made.code}\n`);
  printLines(stderr, [
    `Give it to moorage login on the other machine before ${moment(made.expiresAt)}; it works once.`,
  ]);
}

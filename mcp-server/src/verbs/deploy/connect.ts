import * as deploy from "@moorage/shared/contracts/deploy";
import { CLOUDS } from "@moorage/shared/deployment";
import { SECRET_BYTES } from "@moorage/shared/limits";
import { SettingError } from "../../setting-error.ts";
import { askHidden, readAll } from "../../terminal/ask.ts";
import { isForPeople, printJson, printLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";

const verb: Verb = {
  usage: `moorage deploy connect ${CLOUDS.join("|")}

The account's API token is typed unseen, or comes on standard input. It is tried at the provider before it is kept,
sealed, for the servers that are made there; no agent and no program gets it.

  --json           print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("deploy connect", given, { json: "switch" }, ["PROVIDER"]);
    const provider = CLOUDS.find((cloud) => cloud === words.places[0]);
    if (provider === undefined) throw new SettingError(`PROVIDER must be one of ${CLOUDS.join(", ")}`);
    const { stdin, stdout } = context;
    const typed =
      stdin.isTTY === true
        ? await askHidden(context, `API token of your ${provider} account`)
        : await readAll(stdin, { what: "the token", maxBytes: SECRET_BYTES });
    const credential = typed.trim();
    if (credential === "") throw new SettingError("there was no token; nothing has changed");
    const answer = await context.backend.call(deploy.credential, { provider, credential });
    if (!isForPeople(context, words.has("json"))) printJson(stdout, answer);
    else printLines(stdout, [`${provider} is connected${nameOf(answer.connection)}.`]);
    return 0;
  },
};
export default verb;

const nameOf = ({ account }: deploy.Connection) => (account === undefined ? "" : ` (${account})`);

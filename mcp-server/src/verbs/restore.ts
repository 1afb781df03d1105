import { resolve } from "node:path";
import { readPassphrase } from "../terminal/passphrase.ts";
import { isForPeople, moment, printJson, printLines } from "../terminal/print.ts";
import { readWords } from "../terminal/words.ts";
import type { Verb } from "../verb.ts";
import { localPlace } from "./local-place.ts";

const verb: Verb = {
  usage: `moorage restore FILE [--passphrase-file FILE] [--replace]

Puts a backup in the place of what is kept on this machine: the database and its keys. It is tried first; a file that is
damaged, of a newer release or no backup at all changes nothing.

  --replace   where there is a database already, put it aside first, into a folder beside it
  --json      print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const flags = { "passphrase-file": "value", replace: "switch", json: "switch" } as const;
    const words = readWords("restore", given, flags, ["FILE"]);
    const place = localPlace(context.target, "restore");
    const file = resolve(words.places[0]!);
    const passphrase = await readPassphrase(context, words.get("passphrase-file"));
    const { restoreBackup } = await import("../backend/embedded/backup/restore.ts");
    const restored = await restoreBackup(place, file, { passphrase, replaces: words.has("replace") });
    const { createdAt, secretsOpen, aside } = restored;
    if (!isForPeople(context, words.has("json"))) printJson(context.stdout, restored);
    else {
      printLines(context.stdout, [
        `Restored, as it was on ${moment(createdAt)}. Restart the MCP clients that use it.`,
        ...(aside === undefined ? [] : [`What was there before is in ${aside}`]),
        ...(secretsOpen ? [] : ["Its keys do not open its secrets: those were sealed with keys that are lost."]),
      ]);
    }
    return 0;
  },
};
export default verb;

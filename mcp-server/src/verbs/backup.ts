import { resolve } from "node:path";
import { readNewPassphrase } from "../terminal/passphrase.ts";
import { isForPeople, printJson, printLines } from "../terminal/print.ts";
import { readWords } from "../terminal/words.ts";
import type { Verb } from "../verb.ts";
import { localPlace } from "./local-place.ts";

const verb: Verb = {
  usage: `moorage backup FILE [--passphrase-file FILE]

Everything that is kept on this machine, its keys included, in one new file that only the passphrase opens. Programs may
go on writing meanwhile. The file is restored into a folder apart, and tried there, before it gets its name.

The passphrase is typed unseen, or comes on standard input or from a file. Without it the backup is lost.

  --json   print JSON, as where standard output is no terminal`,

  async run(given, context) {
    const words = readWords("backup", given, { "passphrase-file": "value", json: "switch" }, ["FILE"]);
    const place = localPlace(context.target, "backup");
    const file = resolve(words.places[0]!);
    const passphrase = await readNewPassphrase(context, words.get("passphrase-file"));
    const { backUp } = await import("../backend/embedded/backup/back-up.ts");
    const { bytes, secretsOpen } = await backUp(place, file, passphrase);
    if (!isForPeople(context, words.has("json"))) printJson(context.stdout, { file, bytes, secretsOpen });
    else {
      const warning = secretsOpen
        ? []
        : ["Its keys do not open its secrets: those were sealed with keys that are lost."];
      printLines(context.stdout, [`${file}: ${bytes} bytes; restored and tried.`, ...warning]);
    }
    return 0;
  },
};
export default verb;

import * as secrets from "@moorage/shared/contracts/secrets";
import { formatSecretName } from "@moorage/shared/secret-name";
import { itemsOf, pagesOf } from "../../backend/pages.ts";
import { SettingError } from "../../setting-error.ts";
import { confirm, isInteractive } from "../../terminal/ask.ts";
import { printLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";
import { localPlace } from "../local-place.ts";

const QUESTION = "The keys of this database are lost. Make new ones, and give up the values of its secrets?";

const verb: Verb = {
  usage: `moorage keys renew

Makes new keys for the database of this machine where its own are lost and there is no backup of them. Memories stay;
the values of its secrets, and credentials that it keeps, do not open any more and have to be set again. It asks first.`,

  async run(given, context) {
    readWords("keys renew", given, {});
    const place = localPlace(context.target, "keys renew");
    const { findLost, renewKeys } = await import("../../backend/embedded/renew-keys.ts");
    const damaged = await findLost(place);
    if (!isInteractive(context)) throw new SettingError("to give up secrets is for a person at a terminal");
    if (!(await confirm(context, QUESTION))) return 1;
    const aside = await renewKeys(place, damaged);
    const lost = await itemsOf(pagesOf(context.backend, secrets.list), (page) => page.secrets);
    printLines(context.stdout, [
      "There are new keys. Restart the MCP clients that use it, and see moorage doctor.",
      `What was there before is in ${aside}`,
      lost.length === 0
        ? "No secrets were kept, so none are lost."
        : `The values of ${lost.length} secrets are lost; set each again by moorage secret set: ${lost.map(formatSecretName).join(", ")}`,
    ]);
    return 0;
  },
};
export default verb;

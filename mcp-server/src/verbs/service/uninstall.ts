import { thisPlace } from "../../clients/place.ts";
import { ownServer } from "../../clients/server.ts";
import { defineService } from "../../service/definition.ts";
import { uninstallService } from "../../service/manage.ts";
import { printLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";

const verb: Verb = {
  usage: `moorage service uninstall

Ends the service and removes its file. What Moorage keeps stays.`,

  async run(given, context) {
    readWords("service uninstall", given, {});
    const place = thisPlace(context.env);
    const service = defineService(ownServer(context, ["serve"]), place);
    printLines(context.stdout, [SAID[uninstallService(service, place)]]);
    return 0;
  },
};
export default verb;

const SAID = {
  none: "There is no service.",
  ended: "The service has ended, and its file is gone.",
  "not run": "The file of the service is gone; nothing here could run it.",
} as const;

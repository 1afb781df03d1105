import { runAll } from "../../clients/apply.ts";
import { readSettingsFile, removeFile } from "../../clients/file.ts";
import { thisPlace } from "../../clients/place.ts";
import { ownServer } from "../../clients/server.ts";
import { defineService } from "../../service/definition.ts";
import { printLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";

const verb: Verb = {
  usage: `moorage service uninstall

Ends the service and removes its file. What Moorage keeps stays.`,

  async run(given, context) {
    readWords("service uninstall", given, {});
    const service = defineService(ownServer(context, ["serve"]), thisPlace(context.env));
    if (readSettingsFile(service.path).text === undefined) {
      printLines(context.stdout, ["There is no service."]);
      return 0;
    }
    runAll(service.stop);
    removeFile(service.path);
    printLines(context.stdout, ["The service has ended, and its file is gone."]);
    return 0;
  },
};
export default verb;
